resource "aws_snapshot_create_volume_permission" "share" {
  snapshot_id = "snap-0123456789abcdef0"
  account_id  = "444455556666"
}
