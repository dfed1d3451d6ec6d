resource "aws_ami_launch_permission" "share" {
  image_id   = "ami-0123456789abcdef0"
  account_id = "444455556666"
}
