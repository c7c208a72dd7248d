variable "certificate_arn" {
  description = "Certificate of the public host name, in us-east-1, where CloudFront looks for it."
  type        = string
}

variable "host" {
  description = "Public host name."
  type        = string
}

variable "name" {
  description = "What the distribution is called."
  type        = string
}

variable "origin_header" {
  description = "Header that tells the load balancer who calls."
  type        = string
}

variable "origin_host" {
  description = "Host name of the load balancer, as its certificate has it."
  type        = string
}

variable "origin_secret" {
  description = "What stands in that header, whatever a viewer sends in it."
  type        = string
  sensitive   = true
}

variable "price_class" {
  description = "Where CloudFront answers from."
  type        = string
  default     = "PriceClass_100"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "Give PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "web_acl_arn" {
  description = "The firewall in front."
  type        = string
}
