output "cluster" {
  description = "ECS cluster of the services api, worker and schedule."
  value       = module.cluster.name
}

output "dashboard" {
  description = "CloudWatch dashboard."
  value       = local.full_name
}

output "empty_secrets" {
  description = "Secrets that tasks wait for, to be filled once."
  value = [
    for name in sort(concat(module.secrets.empty, flatten([for part in local.parts : part.empty_secrets]))) :
    "${var.name}/${var.environment}/${name}"
  ]
}

output "task_network" {
  description = "Where a one-off task runs: private subnets, and the security group of the worker."
  value = {
    security_group_id = module.security_groups.ids["worker"]
    subnet_ids        = module.network.compute_subnet_ids
  }
}

output "url" {
  description = "Where the service answers."
  value       = "https://${var.host}"
}
