variable "kms_key_arn" {
  description = "Key that the data is encrypted with."
  type        = string
}

variable "name" {
  description = "What the replication group is called."
  type        = string

  validation {
    condition     = length(var.name) <= 40
    error_message = "A replication group's name has 40 characters at most."
  }
}

variable "node_type" {
  description = "Size of a node."
  type        = string

  validation {
    condition     = startswith(var.node_type, "cache.")
    error_message = "Give a type such as cache.t4g.small."
  }
}

variable "replicas" {
  description = "Copies in other zones, of which one takes over."
  type        = number

  validation {
    condition     = var.replicas >= 0 && var.replicas <= 5
    error_message = "Give 0 to 5 replicas."
  }
}

variable "security_group_id" {
  description = "Security group of the nodes."
  type        = string
}

variable "snapshot_days" {
  description = "How many days snapshots are kept; 0: none are made."
  type        = number
}

variable "subnet_ids" {
  description = "Private subnets of the nodes."
  type        = list(string)
}
