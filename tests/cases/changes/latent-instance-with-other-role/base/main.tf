variable "debug" {
  default = false
}
resource "aws_iam_role" "web" {
  name = "web"

  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "web" {
  role = aws_iam_role.web.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::b/*" },
  ] })
}
resource "aws_iam_role" "deploy" {
  name = "deploy"

  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "deploy" {
  role = aws_iam_role.deploy.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = ["dynamodb:*", "s3:GetObject"], Resource = "*" },
  ] })
}
resource "aws_iam_instance_profile" "web" {
  role = aws_iam_role.web.name
}
resource "aws_iam_instance_profile" "deploy" {
  role = aws_iam_role.deploy.name
}
resource "aws_instance" "web" {
  count                = var.debug ? 1 : 0
  ami                  = "ami-1"
  iam_instance_profile = aws_iam_instance_profile.web.name
}
