resource "aws_imagebuilder_distribution_configuration" "base" {
  name = "base"

  distribution {
    region = "eu-west-1"

    ami_distribution_configuration {
      launch_permission {
        user_ids = ["111122223333", "444455556666"]
      }
    }
  }
}
