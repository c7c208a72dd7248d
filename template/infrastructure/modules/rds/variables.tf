variable "backup_days" {
  description = "How many days back the database can be restored, to any second of them."
  type        = number

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "Give 1 to 35 days; without backups there is no point in time to go back to."
  }
}

variable "deletion_protection" {
  description = "Whether nobody can delete the database."
  type        = bool
}

variable "instance_class" {
  description = "Size of the database's machine."
  type        = string

  validation {
    condition     = startswith(var.instance_class, "db.")
    error_message = "Give a class such as db.t4g.small."
  }
}

variable "kms_key_arn" {
  description = "Key that the data is encrypted with."
  type        = string
}

variable "multi_az" {
  description = "Whether a second zone has a copy that takes over."
  type        = bool
}

variable "name" {
  description = "What the database is called."
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
  description = "Security group of the database."
  type        = string
}

variable "storage_gib" {
  description = "Size of the data at first; it grows by itself to five times that."
  type        = number

  validation {
    condition     = var.storage_gib >= 20
    error_message = "Give 20 GiB at least."
  }
}

variable "subnet_ids" {
  description = "Private subnets, in two zones at least."
  type        = list(string)
}
