data "tfe_outputs" "github" {
  organization = "acme"
  workspace    = "github"
}

locals {
  repositories = distinct(concat(
    local.extra_repositories,
    data.tfe_outputs.github.nonsensitive_values.repository_names
  ))

  extra_repositories = [
    "fastly",
    "job-operator",
    "mongodb",
  ]

  pulled_by_lambda = ["fastly"]

  names = { for each in local.repositories : aws_ecr_repository.app[each].name => each }
}

resource "aws_ecr_repository" "app" {
  for_each = toset(local.repositories)
  name     = "github/acme/${each.key}"
}

data "aws_iam_policy_document" "pull" {
  for_each = local.names

  statement {
    actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
  }

  dynamic "statement" {
    for_each = contains(local.pulled_by_lambda, each.value) ? [each.key] : []

    content {
      actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]

      principals {
        type        = "Service"
        identifiers = ["lambda.amazonaws.com"]
      }
    }
  }
}

resource "aws_ecr_repository_policy" "pull" {
  for_each   = local.names
  repository = each.key
  policy     = data.aws_iam_policy_document.pull[each.key].json
}
