locals {
  gone = true
}
