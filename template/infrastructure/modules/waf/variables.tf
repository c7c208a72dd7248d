variable "log_retention_days" {
  description = "How long the firewall's logs are kept, in days."
  type        = number
}

variable "name" {
  description = "What the firewall is called."
  type        = string
}

variable "requests_per_five_minutes" {
  description = "Requests of one address in five minutes, beyond which it is blocked."
  type        = number
  default     = 5000

  validation {
    condition     = var.requests_per_five_minutes >= 100
    error_message = "AWS takes no limit below 100."
  }
}
