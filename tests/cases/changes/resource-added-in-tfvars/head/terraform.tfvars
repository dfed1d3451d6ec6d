buckets = [
  "reports",
  "payroll",
]
