resource "aws_lambda_permission" "bucket" {
  statement_id  = "FromBucket"
  action        = "lambda:InvokeFunction"
  function_name = "thumbnails"
  principal     = "s3.amazonaws.com"
  source_arn    = "arn:aws:s3:::acme-uploads"
}
