locals {
  n    = 5
  s    = "str"
  yes  = true
  no   = false
  key  = "b"
  list = ["a", "b", "c"]
  set  = toset(["q", "p"])
  map  = { b = "2", a = "1" }
  numbers = [3, 9, 4]
  nothing = null
  single  = { name = "only" }
  nested  = { x = { y = [{ z = "deep" }] } }
  objects = [
    { name = "one", kind = "k", tags = ["t1", "t2"], inner = [{ v = 1 }, { v = 2 }] },
    { name = "two", kind = "k", tags = ["t3"], inner = [] },
  ]
}
