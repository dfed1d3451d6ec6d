variable "mode" {
  default = "off"
}

variable "action" {
  default = "s3:GetObject"
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
  on     = var.mode == "use var.action"
  action = var.action
}
