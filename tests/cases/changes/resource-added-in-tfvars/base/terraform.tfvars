buckets = [
  "reports",
]
