resource "aws_db_snapshot" "last" {
  db_instance_identifier = "orders"
  db_snapshot_identifier = "orders-last"
  shared_accounts        = ["all"]
}
