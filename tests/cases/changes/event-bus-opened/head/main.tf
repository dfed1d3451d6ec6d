resource "aws_cloudwatch_event_permission" "partner" {
  principal    = "*"
  statement_id = "Partner"
}
