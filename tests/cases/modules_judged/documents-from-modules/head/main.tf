module "read" {
  source  = "./document"
  actions = ["s3:GetObject"]
}

module "write" {
  source  = "./document"
  actions = ["s3:*"]
}

data "aws_iam_policy_document" "both" {
  source_policy_documents = [for each in [module.read, module.write] : each.json]
}

resource "aws_iam_policy" "both" {
  name   = "both"
  policy = data.aws_iam_policy_document.both.json
}
