locals {
  buckets = ["a", "b"]
}

resource "aws_iam_policy" "t" {
  name = "t"
  policy = templatefile("${path.module}/policies/access.json.tpl", {
    buckets = local.buckets
    admin   = false
  })
}
