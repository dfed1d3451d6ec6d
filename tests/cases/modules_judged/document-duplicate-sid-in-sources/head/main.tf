data "aws_iam_policy_document" "one" {
  statement {
    sid       = "Same"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "bad" {
  source_policy_documents = [data.aws_iam_policy_document.one.json, data.aws_iam_policy_document.one.json]
}

resource "aws_iam_policy" "bad" {
  name   = "bad"
  policy = data.aws_iam_policy_document.bad.json
}
