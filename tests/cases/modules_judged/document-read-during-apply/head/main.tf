resource "aws_s3_bucket" "b" {
  bucket = "late"
}

data "aws_iam_policy_document" "late" {
  depends_on = [aws_s3_bucket.b]

  statement {
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::late/*"]
  }
}

resource "aws_iam_policy" "late" {
  name   = "late"
  policy = data.aws_iam_policy_document.late.json
}
