hosted = true
