variable "external_id" {
  type = string
}
