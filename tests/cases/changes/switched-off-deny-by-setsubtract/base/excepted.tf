locals {
  excepted = ["s3:ListBucket"]
}
