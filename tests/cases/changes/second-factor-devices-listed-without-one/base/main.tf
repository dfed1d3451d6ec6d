resource "aws_iam_user" "ana" { name = "ana" }
resource "aws_iam_user_policy" "ana" {
  user = aws_iam_user.ana.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["iam:EnableMFADevice", "iam:DeactivateMFADevice", "iam:ListMFADevices"], Resource = "arn:aws:iam::*:user/$${aws:username}" },
      { Effect = "Allow", Action = ["s3:GetObject"], Resource = "*" },
      { Effect = "Deny", NotAction = ["iam:ListVirtualMFADevices", "sts:GetSessionToken"], Resource = "*", Condition = { BoolIfExists = { "aws:MultiFactorAuthPresent" = "false" } } }
    ]
  })
}
