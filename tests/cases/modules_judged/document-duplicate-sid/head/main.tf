data "aws_iam_policy_document" "bad" {
  statement {
    sid       = "Same"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
  statement {
    sid       = "Same"
    actions   = ["s3:PutObject"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "bad" {
  name   = "bad"
  policy = data.aws_iam_policy_document.bad.json
}
