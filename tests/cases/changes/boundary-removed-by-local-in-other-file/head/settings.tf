locals {
  boundary = null
}
