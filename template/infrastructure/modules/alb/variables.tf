variable "certificate_arn" {
  description = "Certificate of the public host name, in the load balancer's region."
  type        = string
}

variable "deletion_protection" {
  description = "Whether nobody can delete the load balancer."
  type        = bool
}

variable "log_bucket" {
  description = "Bucket of the access logs."
  type        = string
}

variable "name" {
  description = "What the load balancer is called."
  type        = string

  validation {
    condition     = length(var.name) <= 32
    error_message = "A load balancer's name has 32 characters at most."
  }
}

variable "origin_header" {
  description = "Header in which our CloudFront shows what only it knows."
  type        = string
}

variable "origin_secret" {
  description = "What it shows there."
  type        = string
  sensitive   = true
}

variable "port" {
  description = "Port of the service."
  type        = number
}

variable "security_group_id" {
  description = "Security group of the load balancer."
  type        = string
}

variable "subnet_ids" {
  description = "Public subnets, in two zones at least."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "Give subnets of two zones at least."
  }
}

variable "vpc_id" {
  description = "The VPC of the service."
  type        = string
}
