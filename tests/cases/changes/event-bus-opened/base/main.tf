resource "aws_cloudwatch_event_permission" "partner" {
  principal    = "444455556666"
  statement_id = "Partner"
}
