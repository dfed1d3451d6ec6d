region  = "eu-west-1"
guarded = false
