variable "limits" {
  type = map(list(string))
  default = {
    "aws:PrincipalOrgID" = ["o-1"]
    "aws:SourceVpc"      = ["vpc-1"]
  }
}

data "aws_iam_policy_document" "bucket" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::shared/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    dynamic "condition" {
      for_each = var.limits
      iterator = limit
      content {
        test     = "StringEquals"
        variable = limit.key
        values   = limit.value
      }
    }
  }
}

resource "aws_s3_bucket" "shared" {
  bucket = "shared"
}

resource "aws_s3_bucket_policy" "shared" {
  bucket = aws_s3_bucket.shared.bucket
  policy = data.aws_iam_policy_document.bucket.json
}
