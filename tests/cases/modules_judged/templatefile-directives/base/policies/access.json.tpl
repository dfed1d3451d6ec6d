{
  "Version": "2012-10-17",
  "Statement": [
%{ for bucket in buckets ~}
    {
      "Effect": "Allow",
      "Action": ["s3:GetObject"%{ if admin }, "s3:*"%{ endif }],
      "Resource": "arn:aws:s3:::${bucket}/*"
    },
%{ endfor ~}
    {
      "Effect": "Deny",
      "Action": "s3:DeleteBucket",
      "Resource": ${jsonencode([for bucket in buckets : "arn:aws:s3:::${bucket}"])}
    }
  ]
}
