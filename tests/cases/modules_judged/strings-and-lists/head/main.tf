locals {
  raw     = " s3:GetObject ,s3:PutObject,, sqs:SendMessage "
  actions = compact([for action in split(",", local.raw) : trimspace(action)])
  env     = upper(substr("production", 0, 4))
  arns    = formatlist("arn:aws:s3:::%s-%s", ["b", "a"], lower(local.env))
  sids    = [for index, action in local.actions : format("%s%02d", replace(title(replace(action, ":", " ")), " ", ""), index)]
}

resource "aws_iam_policy" "text" {
  name = join("-", reverse(["text", local.env]))
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for index, action in sort(local.actions) : {
      Sid      = element(local.sids, index)
      Effect   = contains(["s3:GetObject"], action) ? "Allow" : "Deny"
      Action   = action
      Resource = distinct(concat(local.arns, slice(local.arns, 0, 1)))
    }]
  })
}
