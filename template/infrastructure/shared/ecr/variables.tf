variable "name" {
  description = "The service's slug."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}
