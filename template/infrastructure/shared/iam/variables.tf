variable "create_oidc_provider" {
  description = "Whether GitHub becomes known to the account here; false where another service has done it."
  type        = bool
  default     = true
}

variable "environments" {
  description = "Environments that GitHub deploys to, called the same there."
  type        = set(string)
  default     = ["dev", "staging", "production"]
}

variable "github_repository" {
  description = "The repository as GitHub's tokens call it: OWNER@ID/NAME@ID, or OWNER/NAME where it was made before July 2026."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+(@[0-9]+)?/[A-Za-z0-9._-]+(@[0-9]+)?$", var.github_repository))
    error_message = "Give OWNER@ID/NAME@ID; docs/terraform.md says how to find the numbers."
  }
}

variable "name" {
  description = "The service's slug."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}
