locals {
  account = "754256621582"
  services = {
    development = {
      search-dev = { namespace = "search-dev", model = "/opt/ml/model" }
    }
    production = {
      search-preprod = { namespace = "search-preprod", model = "mixedbread/large" }
      search-prod    = { namespace = "search-prod", model = "mixedbread/large" }
    }
  }
}

resource "aws_iam_role" "invoke" {
  for_each = lookup(local.services, terraform.workspace, {})

  name = "${each.key}-invoke"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::${local.account}:role/${each.value.namespace}" }
    }]
  })
}
