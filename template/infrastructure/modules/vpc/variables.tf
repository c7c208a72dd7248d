variable "cidr" {
  description = "Addresses of the VPC, a /16."
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.cidr)) && endswith(var.cidr, "/16")
    error_message = "Give an IPv4 network with /16, as in 10.0.0.0/16."
  }
}

variable "kms_key_arn" {
  description = "Key that the flow logs are encrypted with."
  type        = string
}

variable "log_retention_days" {
  description = "How long flow logs are kept, in days."
  type        = number
}

variable "name" {
  description = "What the network and all its parts are called."
  type        = string
}

variable "nat_per_zone" {
  description = "Whether each zone has a NAT gateway of its own; else one serves all, and all fail with it."
  type        = bool
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "zones" {
  description = "In how many availability zones."
  type        = number

  validation {
    condition     = contains([2, 3], var.zones)
    error_message = "Give 2 or 3: a load balancer and a database need two zones, and there are addresses for three."
  }
}
