locals {
  teams    = ["red", "blue"]
  services = ["sqs", "sns"]
  defaults = { level = "read", extra = "none" }
  levels   = { "red-sqs" = { level = "write" } }
  verbs    = zipmap(["read", "write"], [["Get*", "List*"], ["Get*", "List*", "Send*", "Publish"]])

  grants = {
    for pair in setproduct(local.teams, local.services) :
    join("-", pair) => merge(local.defaults, { service = pair[1] }, lookup(local.levels, join("-", pair), {}))
  }
}

resource "aws_iam_policy" "grant" {
  for_each = local.grants
  name     = each.key
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = formatlist("%s:%s", each.value.service, local.verbs[each.value.level])
      Resource = "*"
    }]
  })
}
