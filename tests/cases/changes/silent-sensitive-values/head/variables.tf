variable "password" {
  sensitive = true
}
