variable "flow_logs" {
  description = "How many flow logs are made: 0 or 1"
  default     = 0
}
