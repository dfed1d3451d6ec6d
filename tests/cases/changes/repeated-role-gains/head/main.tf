variable "teams" {
  type = set(string)
}

resource "aws_iam_role" "team" {
  for_each = var.teams
  name     = each.key
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::111122223333:root" } }]
  })
}

resource "aws_iam_role_policy" "team" {
  for_each = var.teams
  role     = aws_iam_role.team[each.key].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:ListBucket", "s3:DeleteBucket"], Resource = "arn:aws:s3:::${each.key}" }]
  })
}
