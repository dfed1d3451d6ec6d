data "aws_iam_policy_document" "c" {
  statement {
    actions   = ["ec2:RunInstances"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/team"
      values   = ["zebra", "ant"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/team"
      values   = ["mouse"]
    }

    condition {
      test     = "Bool"
      variable = "aws:MultiFactorAuthPresent"
      values   = [true]
    }

    condition {
      test     = "NumericLessThan"
      variable = "aws:MultiFactorAuthAge"
      values   = [3600]
    }
  }
}

resource "aws_iam_policy" "c" {
  name   = "c"
  policy = data.aws_iam_policy_document.c.json
}
