output "address" {
  description = "Host name of the primary."
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "nodes" {
  description = "What metrics call each node: AWS numbers them, and a plan must know them."
  value       = [for number in range(var.replicas + 1) : format("%s-%03d", aws_elasticache_replication_group.this.replication_group_id, number + 1)]
}

output "password" {
  description = "Password of the group."
  value       = aws_elasticache_replication_group.this.auth_token
  sensitive   = true
}
