resource "aws_cognito_identity_pool" "site" {
  identity_pool_name               = "site"
  allow_unauthenticated_identities = false
}

resource "aws_iam_role" "guest" {
  name = "guest"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "cognito-identity.amazonaws.com" }
      Condition = { StringEquals = { "cognito-identity.amazonaws.com:aud" = aws_cognito_identity_pool.site.id } }
    }]
  })
}

resource "aws_iam_role_policy" "guest" {
  role = aws_iam_role.guest.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::site/*" }]
  })
}

resource "aws_cognito_identity_pool_roles_attachment" "site" {
  identity_pool_id = aws_cognito_identity_pool.site.id
  roles = {
    unauthenticated = aws_iam_role.guest.arn
  }
}
