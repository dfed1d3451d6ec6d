locals {
  access = {
    red  = { buckets = ["a", "b"], actions = ["s3:GetObject"] }
    blue = { buckets = ["c"], actions = ["s3:GetObject"] }
  }

  pairs = flatten([
    for team, given in local.access : [
      for bucket in given.buckets : {
        team    = team
        bucket  = bucket
        actions = given.actions
      }
    ]
  ])
}

resource "aws_iam_policy" "pair" {
  for_each = { for pair in local.pairs : "${pair.team}-${pair.bucket}" => pair }
  name     = each.key
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = each.value.actions, Resource = "arn:aws:s3:::${each.value.bucket}/*" }]
  })
}
