variable "audit" {
  type = bool
}
variable "collect" {
  type = bool
}

resource "aws_iam_role" "all" {
  name = "all"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "all" {
  count = var.audit || var.collect ? 1 : 0
  role  = aws_iam_role.all.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sns:Publish"], Resource = "*" }]
  })
}

resource "aws_iam_role" "part" {
  name = "part"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "part" {
  count = var.collect ? 1 : 0
  role  = aws_iam_role.part.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sqs:SendMessage", "sqs:PurgeQueue"], Resource = "*" }]
  })
}

resource "aws_iam_role" "denied" {
  name = "denied"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "denied" {
  count = var.collect ? 1 : 0
  role  = aws_iam_role.denied.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:PutObject"], Resource = "*" }]
  })
}

resource "aws_iam_role" "kept" {
  name = "kept"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "kept" {
  count = var.audit || var.collect ? 1 : 0
  role  = aws_iam_role.kept.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sns:Publish", Resource = "*" }]
  })
}

resource "aws_iam_role_policy" "abroad" {
  role = aws_iam_role.kept.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      NotAction = "iam:*"
      Resource  = "*"
      Condition = { StringNotEquals = { "aws:RequestedRegion" = "eu-west-1" } }
    }]
  })
}
