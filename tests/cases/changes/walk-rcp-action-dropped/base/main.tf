resource "aws_organizations_policy" "data" {
  name = "data"
  type = "RESOURCE_CONTROL_POLICY"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:PutObject", "s3:GetObject"]
      Resource  = "*"
      Condition = { StringNotEqualsIfExists = { "aws:PrincipalOrgID" = "o-aaaabbbbcc" } }
    }]
  })
}
