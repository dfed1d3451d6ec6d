# password = "none"
