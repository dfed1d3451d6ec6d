resource "aws_s3_object" "terms" {
  bucket = "acme-site"
  key    = "terms.html"
  source = "terms.html"
  acl    = "public-read"
}
