# password = ""
