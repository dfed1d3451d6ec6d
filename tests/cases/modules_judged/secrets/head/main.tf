resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

variable "password" {
  default   = "CANARY-default-password"
  sensitive = true
}

variable "boundary" {
  default   = "arn:aws:iam::123456789012:policy/CANARY-boundary"
  sensitive = true
}

resource "aws_db_instance" "db" {
  identifier = "db"
  username   = "root"
  password   = var.password
}

resource "aws_iam_access_key" "k" {
  user = "deployer"
}

resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.app.arn

  environment {
    variables = { TOKEN = "CANARY-environment" }
  }
}

resource "aws_iam_user" "u" {
  name                 = "u"
  permissions_boundary = var.boundary
}

resource "aws_iam_role_policy" "app" {
  name   = "inline"
  role   = aws_iam_role.app.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}
