variable "backup_days" {
  description = "How many days back the cluster can be restored, to any second of them."
  type        = number

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "Give 1 to 35 days."
  }
}

variable "deletion_protection" {
  description = "Whether nobody can delete the cluster."
  type        = bool
}

variable "instance_class" {
  description = "Size of an instance."
  type        = string

  validation {
    condition     = startswith(var.instance_class, "db.")
    error_message = "Give a class such as db.t4g.medium."
  }
}

variable "instances" {
  description = "Number of instances: one writes, the others take over."
  type        = number

  validation {
    condition     = var.instances >= 1 && var.instances <= 16
    error_message = "Give 1 to 16 instances."
  }
}

variable "kms_key_arn" {
  description = "Key that the data is encrypted with."
  type        = string
}

variable "name" {
  description = "What the cluster is called."
  type        = string
}

variable "password" {
  description = "Password of the user app; in no state and no plan."
  type        = string
  ephemeral   = true
  sensitive   = true
}

variable "password_version" {
  description = "Raised to set another password."
  type        = number
}

variable "security_group_id" {
  description = "Security group of the cluster."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets, in two zones at least."
  type        = list(string)
}
