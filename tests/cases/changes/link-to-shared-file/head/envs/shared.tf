locals {
  bucket = "*"
}
