variable "name" {
  description = "What the names end in, before .internal."
  type        = string
}

variable "vpc_id" {
  description = "The VPC in which the names are known."
  type        = string
}
