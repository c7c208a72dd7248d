variable "cluster_arn" {
  description = "ARN of the cluster."
  type        = string
}

variable "cluster_name" {
  description = "Name of the cluster."
  type        = string
}

variable "least" {
  description = "Fewest tasks that run."
  type        = number
}

variable "load_balancer" {
  description = "Target group in which tasks register, and the port that it calls; null: none."
  type = object({
    port             = number
    target_group_arn = string
  })
  default = null
}

variable "most" {
  description = "Most tasks that run; the same as least: no autoscaling."
  type        = number

  validation {
    condition     = var.most >= var.least
    error_message = "most is below least."
  }
}

variable "name" {
  description = "What the service, and the container that it is about, are called."
  type        = string
}

variable "security_group_id" {
  description = "Security group of the tasks."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of the tasks."
  type        = list(string)
}

variable "target_percent" {
  description = "Use of processor and of memory that autoscaling aims at."
  type        = number
  default     = 60

  validation {
    condition     = var.target_percent >= 10 && var.target_percent <= 90
    error_message = "Give 10 to 90 percent."
  }
}

variable "task_definition_arn" {
  description = "The revision that the service begins with."
  type        = string
}
