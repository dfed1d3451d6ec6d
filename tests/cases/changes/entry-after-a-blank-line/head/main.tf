variable "services" {
  default = {
    web = {
      cpu    = 256
      memory = 512
    }

    # Reads what it wants.
    jobs = {
      cpu    = 512
      memory = 512
    }
  }
}

resource "aws_iam_role" "service" {
  for_each = { for name, one in var.services : name => merge({ cpu = 1, memory = 2 }, one) }
  name     = each.key
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "service" {
  for_each = { for name, one in var.services : name => merge({ cpu = 1, memory = 2 }, one) }
  role     = aws_iam_role.service[each.key].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })
}
