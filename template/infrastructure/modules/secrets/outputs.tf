output "arns" {
  description = "ARN of each secret, by its name."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
}

output "empty" {
  description = "Names of those that are to be filled by hand."
  value       = sort(setsubtract(var.names, var.filled))
}
