locals {
  name = "checkout"
}
