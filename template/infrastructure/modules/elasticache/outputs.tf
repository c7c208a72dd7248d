output "address" {
  description = "Host name of the primary."
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "name" {
  description = "What metrics call the group."
  value       = aws_elasticache_replication_group.this.id
}

output "password" {
  description = "Password of the group."
  value       = aws_elasticache_replication_group.this.auth_token
  sensitive   = true
}
