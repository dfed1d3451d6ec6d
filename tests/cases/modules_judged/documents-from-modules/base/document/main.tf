variable "actions" {
  type = set(string)
}

data "aws_iam_policy_document" "this" {
  statement {
    actions   = var.actions
    resources = ["*"]
  }
}

output "json" {
  value = data.aws_iam_policy_document.this.json
}
