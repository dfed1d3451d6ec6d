# The worker fulfils orders: it reads invoices and a few secrets.

data "aws_iam_policy_document" "assume_role_policy_ecs" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "worker" {
  name               = "checkout-worker"
  assume_role_policy = data.aws_iam_policy_document.assume_role_policy_ecs.json
}

data "aws_iam_policy_document" "worker" {
  statement {
    sid       = "ReadInvoices"
    effect    = "Allow"
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::acme-invoices/checkout/*"]
  }

  statement {
    sid       = "ReadSecrets"
    effect    = "Allow"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "worker" {
  name   = "checkout-worker"
  role   = aws_iam_role.worker.id
  policy = data.aws_iam_policy_document.worker.json
}
