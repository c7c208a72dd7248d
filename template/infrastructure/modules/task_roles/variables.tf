variable "account_id" {
  description = "Number of the AWS account, whose tasks alone may have the roles."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that the secrets are encrypted with."
  type        = string
}

variable "log_group_prefix" {
  description = "How ARNs of the tasks' log groups begin."
  type        = string
}

variable "name" {
  description = "What the roles' names begin with."
  type        = string
}

variable "repository_arn" {
  description = "ECR repository of the image."
  type        = string
}

variable "secret_arns" {
  description = "Secrets that tasks get as environment variables."
  type        = list(string)

  validation {
    condition     = length(var.secret_arns) > 0
    error_message = "A task has secrets: name them."
  }
}

variable "statements" {
  description = "What the program may do at AWS, besides sending traces."
  type = list(object({
    actions   = list(string)
    resources = list(string)
  }))
  default = []

  validation {
    condition     = alltrue(flatten([for one in var.statements : [for action in one.actions : !endswith(action, ":*")]]))
    error_message = "Name the operations; no SERVICE:*."
  }
}
