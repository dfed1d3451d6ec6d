locals {
  excepted = ["s3:ListBucket", "s3:DeleteBucket"]
}
