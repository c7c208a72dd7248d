output "cluster" {
  description = "ECS cluster of the services api, worker and schedule."
  value       = module.service.cluster
}

output "dashboard" {
  description = "CloudWatch dashboard."
  value       = module.service.dashboard
}

output "empty_secrets" {
  description = "Secrets that tasks wait for, to be filled once."
  value       = module.service.empty_secrets
}

output "task_network" {
  description = "Where a one-off task runs: private subnets, and the security group of the worker."
  value       = module.service.task_network
}

output "url" {
  description = "Where the service answers."
  value       = module.service.url
}
