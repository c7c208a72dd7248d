variable "arn_prefix" {
  description = "How ARNs of domains begin: arn:PARTITION:es:REGION:ACCOUNT."
  type        = string
}

variable "create_timeout" {
  description = "How long Terraform waits for a new domain, which takes 15 to 30 minutes."
  type        = string
  default     = "60m"
}

variable "instance_type" {
  description = "Size of a node."
  type        = string

  validation {
    condition     = endswith(var.instance_type, ".search")
    error_message = "Give a type such as t3.small.search."
  }
}

variable "instances" {
  description = "Number of nodes: one, or one in each zone."
  type        = number

  validation {
    condition     = var.instances == 1 || var.instances % length(var.subnet_ids) == 0
    error_message = "Give 1, or a multiple of the zones: each has as many nodes as the others."
  }
}

variable "kms_key_arn" {
  description = "Key that indexes and logs are encrypted with."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept, in days."
  type        = number
}

variable "name" {
  description = "What the domain is called."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,27}$", var.name))
    error_message = "A domain's name has 3 to 28 small letters, digits and hyphens."
  }
}

variable "security_group_id" {
  description = "Security group of the domain."
  type        = string
}

variable "storage_gib" {
  description = "Size of each node's volume."
  type        = number
}

variable "subnet_ids" {
  description = "Private subnets, one a zone."
  type        = list(string)
}
