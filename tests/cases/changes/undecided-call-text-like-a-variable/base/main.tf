variable "mode" {
  type = string
}

variable "action" {
  type = string
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "app" {
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = contains([var.mode], "x$${var.action}") ? (contains([var.mode], "x${var.action}") ? "s3:GetObject" : "s3:GetObject") : "s3:GetObject"
      Resource = "*"
    }]
  })
}
