resource "aws_ecr_lifecycle_policy" "web" {
  repository = "web"
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      selection    = { tagStatus = "untagged", countType = "imageCountMoreThan", countNumber = 10 }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_autoscaling_policy" "up" {
  name                   = "up"
  autoscaling_group_name = "web"
  scaling_adjustment     = 1
  adjustment_type        = "ChangeInCapacity"
}

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
  redrive_policy = jsonencode({
    deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:dead"
    maxReceiveCount     = 4
  })
}
