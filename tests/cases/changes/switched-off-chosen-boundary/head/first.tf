locals {
  first = null
}
