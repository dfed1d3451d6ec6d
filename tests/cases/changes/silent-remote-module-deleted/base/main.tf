module "assets" {
  source = "terraform-aws-modules/s3-bucket/aws"
  count  = 3
  bucket = "assets-${count.index}"
}
