variable "name" {
  type = string
}

variable "actions" {
  type    = list(string)
  default = ["s3:GetObject"]
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = file("${path.module}/trust.json")
}

resource "aws_iam_role_policy" "this" {
  name   = "${var.name}-inline"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.this.json
}

data "aws_iam_policy_document" "this" {
  statement {
    actions   = var.actions
    resources = ["arn:aws:s3:::${var.name}/*"]
  }
}

output "role_name" {
  value = aws_iam_role.this.name
}

output "document" {
  value = data.aws_iam_policy_document.this.json
}
