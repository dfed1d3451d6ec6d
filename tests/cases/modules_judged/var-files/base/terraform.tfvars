name  = "plain"
ports = ["80", 443]
access = { write = false, paths = ["b", "a", "b"] }
