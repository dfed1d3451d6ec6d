targets = ["admin"]
