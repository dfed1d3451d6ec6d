variable "flow_logs" {
  description = "How many flow logs are made: 0 or 1"
  default     = 0
}

resource "aws_iam_role" "flow_logs" {
  count = "${var.flow_logs}"
  name  = "flow-logs"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "vpc-flow-logs.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "flow_logs" {
  count = "${var.flow_logs}"
  name  = "write"
  role  = "${aws_iam_role.flow_logs.*.id[count.index]}"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*" }]
  })
}
