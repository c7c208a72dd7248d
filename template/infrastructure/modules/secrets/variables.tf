variable "filled" {
  description = "Those of the names whose value is given here."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.filled, var.names)) == 0
    error_message = "A value is given for a secret that is not among names."
  }
}

variable "kms_key_arn" {
  description = "Key that the secrets are encrypted with."
  type        = string
}

variable "names" {
  description = "Environment variables that are secrets."
  type        = set(string)

  validation {
    condition     = alltrue([for name in var.names : can(regex("^[A-Z][A-Z0-9_]*$", name))])
    error_message = "A secret is called as an environment variable, as in DATABASE_URL."
  }
}

variable "prefix" {
  description = "What stands before the names: SLUG/ENVIRONMENT."
  type        = string
}

variable "recovery_days" {
  description = "How long a deleted secret can be brought back; 0: not at all."
  type        = number

  validation {
    condition     = var.recovery_days == 0 || (var.recovery_days >= 7 && var.recovery_days <= 30)
    error_message = "Give 0, or 7 to 30 days."
  }
}

variable "values" {
  description = "The values of those in filled; in no state and no plan."
  type        = map(string)
  default     = {}
  ephemeral   = true
  sensitive   = true
}

variable "values_version" {
  description = "Raised to write the values again."
  type        = number
  default     = 1
}
