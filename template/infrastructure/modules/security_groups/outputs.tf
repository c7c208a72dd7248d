output "ids" {
  description = "Id of each group, by its name in groups."
  value       = { for name, group in aws_security_group.this : name => group.id }
}
