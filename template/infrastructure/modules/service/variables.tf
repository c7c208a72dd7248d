variable "alarm_addresses" {
  description = "E-mail addresses that are told of alarms."
  type        = set(string)
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

variable "authorities_image" {
  description = "Image with curl, which fetches the certificates of AWS's databases."
  type        = string
  default     = "public.ecr.aws/amazonlinux/amazonlinux:2023"
}

variable "authorities_url" {
  description = "Where AWS publishes the certificates that its databases are signed by."
  type        = string
  default     = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"

  validation {
    condition     = startswith(var.authorities_url, "https://")
    error_message = "What is trusted must come by TLS."
  }
}

variable "collector_image" {
  description = "Image of AWS's OpenTelemetry collector."
  type        = string
  default     = "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3"
}

variable "cors_allowed_origins" {
  description = "Origins that browsers may call from."
  type        = list(string)
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

  validation {
    condition     = contains(["dev", "staging", "production"], var.environment)
    error_message = "Give dev, staging or production."
  }
}

variable "host" {
  description = "Public host name of the service."
  type        = string

  validation {
    condition     = var.host == var.zone_name || endswith(var.host, ".${var.zone_name}")
    error_message = "The host name must be in the zone."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept, in days."
  type        = number
}

variable "name" {
  description = "The service's slug."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,19}$", var.name))
    error_message = "The slug has at most 20 small letters, digits and hyphens."
  }
}

variable "nat_per_zone" {
  description = "Whether each zone has a NAT gateway of its own."
  type        = bool
}

variable "password_seed" {
  description = "A random value that the databases' passwords are made of; in no state and no plan."
  type        = string
  ephemeral   = true
  sensitive   = true
}

variable "passwords_version" {
  description = "Raised to give the databases other passwords."
  type        = number
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

  validation {
    condition     = contains(["small", "large"], var.size)
    error_message = "Give small or large."
  }
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
