resource "aws_iam_role_policy" "network" {
  name = "network"
  role = aws_iam_role.network.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["ec2:RunInstances"]
        Resource = ["arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-a", "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-b", "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-c"]
      },
      {
        Effect = "Allow"
        Action = ["ec2:AssociateRouteTable", "ec2:DisassociateRouteTable"]
        Resource = [
          "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-a",
          "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-b",
        ]
      },
    ]
  })
}

resource "aws_iam_role" "network" {
  name               = "network"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
