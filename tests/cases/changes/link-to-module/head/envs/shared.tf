locals {
  bucket = "reports"
}
