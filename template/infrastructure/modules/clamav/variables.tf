variable "cluster_arn" {
  description = "ARN of the cluster."
  type        = string
}

variable "name" {
  description = "What the names end in, before .internal."
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

variable "task_definition_arn" {
  description = "The revision that the service runs."
  type        = string
}

variable "tasks" {
  description = "How many tasks run."
  type        = number
}

variable "vpc_id" {
  description = "The VPC in which the names are known."
  type        = string
}
