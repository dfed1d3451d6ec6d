resource "aws_iam_role" "task" {
  name               = "outside"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }] })
}

module "a" {
  source = "./m"
  family = "a"
  role   = aws_iam_role.task.name
}

resource "aws_iam_role_policy" "more" {
  role   = module.a.role
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sns:Publish", Resource = "arn:aws:sns:eu-west-1:123456789012:*" }] })
}

variable "env" {}

module "b" {
  source = "./m"
  family = var.env
}
