variable "teams" {
  default = {
    red  = "s3:GetObject"
    blue = "s3:ListBucket"
  }
}

resource "aws_iam_role" "team" {
  for_each           = var.teams
  name               = "team-${each.key}"
  assume_role_policy = templatefile("${path.module}/trust.json.tftpl", { account = "111122223333", team = each.key })
}

resource "aws_iam_role_policy" "team" {
  for_each = var.teams
  name     = "access"
  role     = aws_iam_role.team[each.key].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = each.value, Resource = "arn:aws:s3:::${each.key}/*" }]
  })
}
