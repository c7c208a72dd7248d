output "endpoint" {
  description = "Host name of the domain."
  value       = aws_opensearch_domain.this.endpoint
}

output "name" {
  description = "What metrics call the domain."
  value       = aws_opensearch_domain.this.domain_name
}

output "password" {
  description = "Password of the user app."
  value       = aws_opensearch_domain.this.advanced_security_options[0].master_user_options[0].master_user_password
  sensitive   = true
}
