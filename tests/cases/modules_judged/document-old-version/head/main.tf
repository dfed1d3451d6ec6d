data "aws_iam_policy_document" "bad" {
  version = "2008-10-17"

  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::home/&{aws:username}/*"]
  }
}

resource "aws_iam_policy" "bad" {
  name   = "bad"
  policy = data.aws_iam_policy_document.bad.json
}
