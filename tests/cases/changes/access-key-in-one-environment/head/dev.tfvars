with_key = false
