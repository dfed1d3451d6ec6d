access = { write = "true", paths = ["prod"] }
