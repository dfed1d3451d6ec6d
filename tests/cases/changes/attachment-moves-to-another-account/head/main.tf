provider "aws" {
  alias = "tools"
  assume_role {
    role_arn = "arn:aws:iam::111122223333:role/terraform"
  }
}

provider "aws" {
  alias = "live"
  assume_role {
    role_arn = "arn:aws:iam::444455556666:role/terraform"
  }
}

resource "aws_iam_user_policy_attachment" "audit" {
  provider   = aws.live
  user       = "audit"
  policy_arn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
}
