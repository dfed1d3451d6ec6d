resource "aws_iam_role" "guest" {
  name = "guest"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cognito-identity.amazonaws.com" } }]
  })
}

resource "aws_iam_role" "member" {
  name = "member"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cognito-identity.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "guest" {
  role = aws_iam_role.guest.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "mobileanalytics:PutEvents", Resource = "*" }]
  })
}

resource "aws_iam_role_policy" "member" {
  role = aws_iam_role.member.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "dynamodb:*", Resource = "*" }]
  })
}

resource "aws_cognito_identity_pool_roles_attachment" "main" {
  identity_pool_id = "eu-west-1:1234"

  roles = {
    unauthenticated = aws_iam_role.guest.arn
  }
}
