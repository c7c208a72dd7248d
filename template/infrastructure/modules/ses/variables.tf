variable "domain" {
  description = "Domain that mail comes from."
  type        = string
}

variable "zone_id" {
  description = "Route 53 zone of the domain."
  type        = string
}
