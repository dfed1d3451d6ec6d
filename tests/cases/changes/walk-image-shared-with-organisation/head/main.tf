resource "aws_ami_launch_permission" "own" {
  image_id   = "ami-0123456789abcdef0"
  account_id = "111122223333"
}

resource "aws_ami_launch_permission" "all" {
  image_id         = "ami-0123456789abcdef0"
  organization_arn = "arn:aws:organizations::111122223333:organization/o-aaaabbbbcc"
}
