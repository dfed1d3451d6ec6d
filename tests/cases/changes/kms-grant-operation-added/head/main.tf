resource "aws_iam_role" "report" {
  name               = "report"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_kms_key" "data" {
  description = "data"
}

resource "aws_kms_grant" "report" {
  name              = "report"
  key_id            = aws_kms_key.data.key_id
  grantee_principal = aws_iam_role.report.arn
  operations        = ["Encrypt", "Decrypt"]
}
