resource "aws_iam_group" "all" { name = "all" }
resource "aws_iam_group_policy" "mfa" {
  group = aws_iam_group.all.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Deny", NotAction = ["iam:ListVirtualMFADevices", "sts:GetSessionToken"], Resource = "*", Condition = { BoolIfExists = { "aws:MultiFactorAuthPresent" = "false" } } }]
  })
}
