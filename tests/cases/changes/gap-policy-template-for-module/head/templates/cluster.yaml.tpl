metadata:
  name: ${name}
spec:
  additionalPolicies:
    node: |
      [{ "Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": ["*"] }]
