resource "aws_lakeformation_data_lake_settings" "all" {
  admins = ["arn:aws:iam::111122223333:role/lake", "arn:aws:iam::111122223333:role/analyst"]
}
