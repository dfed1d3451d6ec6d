variable "stage" {}

resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
  })
}

data "aws_iam_policy_document" "deploy" {
  statement {
    actions = ["sts:AssumeRole", "s3:HeadBucket", "sqs:SendMessageBatch"]
    resources = compact([
      "arn:aws:iam::111122223333:role/one",
      var.stage == "test" ? "" : "arn:aws:iam::111122223333:role/two",
    ])
  }
}

resource "aws_iam_role_policy" "deploy" {
  role   = aws_iam_role.deploy.name
  policy = data.aws_iam_policy_document.deploy.json
}
