variable "stage" {}

data "aws_s3_bucket" "reports" {
  bucket = "reports"
}
