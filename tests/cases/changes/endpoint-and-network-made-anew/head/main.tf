resource "aws_vpc" "other" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_endpoint" "other" {
  vpc_id       = aws_vpc.other.id
  service_name = "com.amazonaws.eu-west-1.s3"
}
