variable "second_factor" {
  default = false
}

data "aws_iam_policy_document" "dev" {
  statement {
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::reports/*"]

    dynamic "condition" {
      for_each = var.second_factor ? [1] : []
      content {
        test     = "Bool"
        variable = "aws:MultiFactorAuthPresent"
        values   = ["true"]
      }
    }
  }
}

resource "aws_iam_user" "dev" {
  name = "dev"
}

resource "aws_iam_user_policy" "dev" {
  user   = aws_iam_user.dev.name
  policy = data.aws_iam_policy_document.dev.json
}
