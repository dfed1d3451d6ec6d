# The article's own snippets, completed where they are cut.
resource "aws_iam_role" "ci-web" {
  name               = "ci-web"
  assume_role_policy = "${data.aws_iam_policy_document.assume_role_policy_ec2.json}"
}

data "aws_iam_policy_document" "assume_role_policy_ec2" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_instance_profile" "ci-web" {
  name = "${aws_iam_role.ci-web.name}"
  role = "${aws_iam_role.ci-web.name}"
}

resource "aws_launch_configuration" "web" {
  image_id             = "ami-0a1b2c3d"
  instance_type        = "t3.small"
  iam_instance_profile = "ci-web"
}

data "aws_iam_policy_document" "ci-web" {
  statement {
    effect = "Allow"

    actions = [
      "secretsmanager:*",
    ]

    resources = [
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:/concourse/*",
    ]
  }
}

resource "aws_iam_policy" "ci-web" {
  name   = "ci-web"
  policy = "${data.aws_iam_policy_document.ci-web.json}"
}

resource "aws_iam_role_policy_attachment" "ci-web" {
  role       = "${aws_iam_role.ci-web.name}"
  policy_arn = "${aws_iam_policy.ci-web.arn}"
}
