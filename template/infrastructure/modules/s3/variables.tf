variable "account_id" {
  description = "Number of the AWS account, whose logs alone writers may write."
  type        = string
}

variable "expire_days" {
  description = "After how many days objects are removed; null: never."
  type        = number
  default     = null
}

variable "force_destroy" {
  description = "Whether the bucket can be destroyed with what is in it."
  type        = bool
  default     = false
}

variable "glacier_days" {
  description = "After how many days objects go to Glacier; null: never."
  type        = number
  default     = null
}

variable "kms_key_arn" {
  description = "Key that objects are encrypted with; null: S3's own."
  type        = string
  default     = null
}

variable "name" {
  description = "Name of the bucket, which is one of its kind in the world."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "A bucket's name has 3 to 63 small letters, digits and hyphens."
  }
}

variable "noncurrent_days" {
  description = "How long what was overwritten or deleted can be brought back, in days."
  type        = number
  default     = 30
}

variable "upload_origins" {
  description = "Origins whose pages may send files to the bucket by signed links."
  type        = list(string)
  default     = []
}

variable "writers" {
  description = "AWS services that write to the bucket, as logdelivery.elasticloadbalancing.amazonaws.com."
  type        = list(string)
  default     = []
}
