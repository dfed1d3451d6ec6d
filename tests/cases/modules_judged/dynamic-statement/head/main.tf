variable "statements" {
  default = [
    { sid = "Read", actions = ["s3:GetObject"], resources = ["arn:aws:s3:::data/*"] },
    { sid = "List", actions = ["s3:ListBucket"], resources = ["arn:aws:s3:::data"] },
    { sid = "Write", actions = ["s3:PutObject", "s3:DeleteObject"], resources = ["arn:aws:s3:::data/*"] },
  ]
}

data "aws_iam_policy_document" "this" {
  dynamic "statement" {
    for_each = var.statements
    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }
}

resource "aws_iam_policy" "this" {
  name   = "data"
  policy = data.aws_iam_policy_document.this.json
}
