variable "names" {
  type    = list(string)
  default = ["ann", "bob"]
}

variable "admin" {
  type    = bool
  default = false
}

resource "aws_iam_user" "u" {
  count = length(var.names)
  name  = var.names[count.index]
}

resource "aws_iam_user_policy" "admin" {
  count  = var.admin ? length(var.names) : 0
  name   = "admin"
  user   = aws_iam_user.u[count.index].name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}

resource "aws_iam_user_policy" "first" {
  name   = "first"
  user   = aws_iam_user.u.0.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "iam:GetUser", Resource = aws_iam_user.u[*].arn }] })
}
