module "m" {
  source = "./parts/m"
}

resource "aws_iam_policy" "here" {
  name   = "${terraform.workspace}-here"
  policy = file("${path.root}/policy.json")
}
