locals {
  services = {
    dev = { search-dev = { namespace = "search-dev", model = "large" } }
    qa = { search-qa = { namespace = "search-qa", model = "large" } }
    test = { search-test = { namespace = "search-test", model = "large" } }
    demo = { search-demo = { namespace = "search-demo", model = "large" } }
    perf = { search-perf = { namespace = "search-perf", model = "large" } }
    preprod = { search-preprod = { namespace = "search-preprod", model = "large" } }
    prod = { search-prod = { namespace = "search-prod", model = "large" } }
    dr = { search-dr = { namespace = "search-dr", model = "large" } }
    audit = { search-audit = { namespace = "search-audit", model = "large" } }
  }
}

resource "aws_iam_role" "invoke" {
  for_each = local.services[terraform.workspace]

  name = "${each.value.namespace}-invoke"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::754256621582:role/${each.value.namespace}" }
    }]
  })
}
