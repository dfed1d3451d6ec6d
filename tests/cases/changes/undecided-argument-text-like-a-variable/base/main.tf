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

module "grant" {
  source = "./grant"
  role   = aws_iam_role.app.name
  on     = var.mode == "x$${var.action}"
  action = "s3:GetObject"
}
