data "aws_iam_policy_document" "p" {
  statement {
    sid       = "Everyone"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::p/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }

  statement {
    sid       = "Aws"
    actions   = ["s3:ListBucket"]
    resources = ["arn:aws:s3:::p"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }

  statement {
    sid       = "Two"
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::p/*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::444455556666:role/a", "arn:aws:iam::444455556666:role/b"]
    }
    principals {
      type        = "Federated"
      identifiers = ["cognito-identity.amazonaws.com"]
    }
  }

  statement {
    sid           = "Others"
    effect        = "Deny"
    not_actions   = ["s3:ListBucket", "s3:GetObject"]
    not_resources = ["arn:aws:s3:::p/public/*"]
    not_principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
  }
}

resource "aws_s3_bucket_policy" "p" {
  bucket = "p"
  policy = data.aws_iam_policy_document.p.json
}
