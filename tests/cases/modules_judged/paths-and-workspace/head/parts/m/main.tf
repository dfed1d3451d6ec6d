resource "aws_iam_policy" "there" {
  name   = replace(path.module, "/", "-")
  policy = file("${path.module}/../../policy.json")
}
