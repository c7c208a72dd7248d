variable "account_id" {
  description = "Number of the AWS account."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account's number has 12 digits."
  }
}

variable "name" {
  description = "Alias of the key."
  type        = string
}

variable "partition" {
  description = "AWS partition: aws, but for China and GovCloud."
  type        = string
  default     = "aws"
}

variable "region" {
  description = "AWS region."
  type        = string
}
