{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}
%{ if key != "" ~}
    , {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "${key}"}
%{ endif ~}
  ]
}
