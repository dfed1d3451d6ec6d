locals {
  trusted = {
    AWS     = ["arn:aws:iam::111122223333:root"]
    Service = ["lambda.amazonaws.com", "ec2.amazonaws.com"]
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    dynamic "principals" {
      for_each = local.trusted
      content {
        type        = principals.key
        identifiers = principals.value
      }
    }
  }
}

resource "aws_iam_role" "shared" {
  name               = "shared"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
