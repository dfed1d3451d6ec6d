resource "aws_kms_key" "data" {}

resource "aws_iam_role" "job" {
  name               = "job"
  assume_role_policy = "{}"
}

resource "aws_kms_grant" "job" {
  key_id            = aws_kms_key.data.key_id
  grantee_principal = aws_iam_role.job.arn
  operations        = ["Decrypt"]
}
