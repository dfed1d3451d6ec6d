region        = "eu-west-1"
second_factor = true
