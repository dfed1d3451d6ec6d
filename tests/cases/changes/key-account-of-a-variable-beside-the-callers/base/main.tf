variable "account_id" {}

data "aws_caller_identity" "current" {}

data "external" "accounts" {
  program = ["bin/account-ids-by-name"]
}

resource "aws_kms_key" "db" {
  policy = data.aws_iam_policy_document.db.json
}

data "aws_iam_policy_document" "db" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
}
