variable "alarm_addresses" {
  description = "E-mail addresses that are told of alarms."
  type        = set(string)
  default     = []
}

variable "api" {
  description = "Tasks of the API: processor in 1/1024, memory in MiB, fewest and most of them."
  type = object({
    cpu    = number
    least  = number
    memory = number
    most   = number
  })
}

variable "cors_allowed_origins" {
  description = "Origins that browsers may call from."
  type        = list(string)
  default     = []
}

variable "database" {
  description = "PostgreSQL: size, a copy in a second zone, GiB at first, days that can be gone back to."
  type = object({
    backup_days    = number
    instance_class = string
    multi_az       = bool
    storage_gib    = number
  })
}

variable "environment" {
  description = "Which environment: dev, staging or production."
  type        = string
}

variable "host" {
  description = "Public host name of the service."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept, in days."
  type        = number
}

variable "name" {
  description = "The service's slug."
  type        = string
}

variable "nat_per_zone" {
  description = "Whether each zone has a NAT gateway of its own."
  type        = bool
}

variable "passwords_version" {
  description = "Raised to give the databases other passwords."
  type        = number
  default     = 1
}

variable "redis" {
  description = "Redis: size of a node, copies in other zones, days that snapshots are kept."
  type = object({
    node_type     = string
    replicas      = number
    snapshot_days = number
  })
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "size" {
  description = "Size of what components bring: small (one machine each) or large (one in each zone); CloudFront answers near or everywhere."
  type        = string
}

variable "worker" {
  description = "Tasks of the worker: processor in 1/1024, memory in MiB, fewest and most of them."
  type = object({
    cpu    = number
    least  = number
    memory = number
    most   = number
  })
}

variable "zone_name" {
  description = "Route 53 zone in which the host name is."
  type        = string
}

variable "zones" {
  description = "In how many availability zones."
  type        = number
}
