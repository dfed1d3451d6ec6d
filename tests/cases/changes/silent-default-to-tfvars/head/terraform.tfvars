queue = "jobs"
