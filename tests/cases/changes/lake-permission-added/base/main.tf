resource "aws_lakeformation_permissions" "analyst" {
  principal   = "arn:aws:iam::111122223333:role/analyst"
  permissions = ["DESCRIBE"]

  table {
    database_name = "sales"
    name          = "orders"
  }
}
