stage          = "prod"
source_account = "111122223333"
