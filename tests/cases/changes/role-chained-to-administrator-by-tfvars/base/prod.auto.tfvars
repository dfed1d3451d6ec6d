targets = []
