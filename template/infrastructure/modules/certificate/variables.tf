variable "domain_names" {
  description = "The host names, the main one first."
  type        = list(string)

  validation {
    condition     = length(var.domain_names) > 0
    error_message = "Give at least one host name."
  }
}

variable "zone_id" {
  description = "Route 53 zone of the host names."
  type        = string
}
