access = { write = "false", paths = ["prod"] }
