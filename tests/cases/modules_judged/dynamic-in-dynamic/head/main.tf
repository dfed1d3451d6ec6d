variable "rules" {
  type = any
  default = {
    read = {
      actions    = ["s3:GetObject"]
      principals = { AWS = ["arn:aws:iam::111122223333:root"] }
      conditions = [{ test = "Bool", variable = "aws:SecureTransport", values = ["true"] }]
    }
    write = {
      actions    = ["s3:PutObject"]
      principals = { AWS = ["arn:aws:iam::111122223333:role/w"], Service = ["logging.s3.amazonaws.com"] }
      conditions = []
    }
    all = {
      actions    = ["s3:*"]
      principals = { "*" = ["*"] }
      conditions = []
    }
  }
}

data "aws_iam_policy_document" "rules" {
  dynamic "statement" {
    for_each = var.rules
    iterator = rule
    content {
      sid       = title(rule.key)
      actions   = rule.value.actions
      resources = ["arn:aws:s3:::rules/*"]

      dynamic "principals" {
        for_each = rule.value.principals
        content {
          type        = principals.key
          identifiers = principals.value
        }
      }

      dynamic "condition" {
        for_each = rule.value.conditions
        content {
          test     = condition.value.test
          variable = condition.value["variable"]
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_s3_bucket_policy" "rules" {
  bucket = "rules"
  policy = data.aws_iam_policy_document.rules.json
}
