resource "aws_cloudwatch_event_permission" "all" {
  principal    = "*"
  statement_id = "all"

  condition {
    key   = "aws:PrincipalOrgID"
    type  = "StringEquals"
    value = "o-aaaabbbbcc"
  }
}
