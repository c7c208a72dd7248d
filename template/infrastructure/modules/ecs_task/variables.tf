variable "command" {
  description = "What the container runs; empty: what its image says."
  type        = list(string)
  default     = []
}

variable "container" {
  description = "Name of the one container without which the task ends."
  type        = string
}

variable "cpu" {
  description = "Processor of the task, in 1/1024."
  type        = number

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096], var.cpu)
    error_message = "Fargate has 256, 512, 1024, 2048 and 4096."
  }
}

variable "environment" {
  description = "Environment variables that are no secret."
  type        = map(string)
  default     = {}
}

variable "execution_role_arn" {
  description = "Role that starts the task: image, secrets, logs."
  type        = string
}

variable "family" {
  description = "What all revisions are called."
  type        = string
}

variable "hardened" {
  description = "Whether the container has a read-only root file system and no capability."
  type        = bool
  default     = true
}

variable "health_command" {
  description = "Command that tells whether the container is well; empty: none."
  type        = list(string)
  default     = []
}

variable "image" {
  description = "Image of the first revision."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that the logs are encrypted with."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept, in days."
  type        = number
}

variable "memory" {
  description = "Memory of the task, in MiB."
  type        = number
}

variable "mounts" {
  description = "Volumes of the task, which a sidecar fills, each with its path in the container."
  type        = map(string)
  default     = {}
}

variable "ports" {
  description = "Ports that the container listens on."
  type        = list(number)
  default     = []
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "secrets" {
  description = "Environment variables that are secrets, each with the secret's ARN."
  type        = map(string)
  default     = {}
}

variable "sidecars" {
  description = "Further containers, each as JSON, as a task definition has it."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for container in var.sidecars : !try(jsondecode(container).essential, true)])
    error_message = "A sidecar must say that it is not essential."
  }
}

variable "start_period" {
  description = "Seconds that the container may take to be well for the first time."
  type        = number
  default     = 60

  validation {
    condition     = var.start_period >= 0 && var.start_period <= 300
    error_message = "ECS takes 0 to 300 seconds."
  }
}

variable "stop_timeout" {
  description = "Seconds from SIGTERM to SIGKILL."
  type        = number
  default     = 60

  validation {
    condition     = var.stop_timeout >= 2 && var.stop_timeout <= 120
    error_message = "Fargate takes 2 to 120 seconds."
  }
}

variable "task_role_arn" {
  description = "Role that the program in the task has."
  type        = string
}

variable "user" {
  description = "Numbers of the user and group that run the container; null: as its image says."
  type        = string
  default     = "10001:10001"
}

variable "waits_for" {
  description = "Sidecars that must have come so far before the container starts: START or SUCCESS."
  type        = map(string)
  default     = {}
}
