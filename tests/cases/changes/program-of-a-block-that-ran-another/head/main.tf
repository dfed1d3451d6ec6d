resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "null_resource" "pack" {
  provisioner "local-exec" {
    command = "./bundle.sh app"
  }
}

resource "null_resource" "publish" {
  provisioner "local-exec" {
    command = "./publish.sh app"
  }
}
