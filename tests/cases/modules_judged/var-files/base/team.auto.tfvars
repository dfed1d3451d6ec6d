tags = { count = 3, on = true }
