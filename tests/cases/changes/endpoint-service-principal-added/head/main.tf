resource "aws_vpc_endpoint_service" "api" {
  acceptance_required = false
  allowed_principals  = ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"]
}
