variable "name" {
  type = string
}

variable "ports" {
  type = list(number)
}

variable "tags" {
  type    = map(string)
  default = {}
}

variable "access" {
  type = object({
    write = bool
    paths = set(string)
  })
}

resource "aws_iam_role_policy" "p" {
  name = var.name
  role = var.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = var.access.write ? ["s3:GetObject", "s3:PutObject"] : ["s3:GetObject"]
      Resource = [for path in var.access.paths : "arn:aws:s3:::x/${path}"]
      Condition = { NumericEquals = { "aws:RequestTag/port" = var.ports }, StringEquals = var.tags }
    }]
  })
}
