with_key = true
