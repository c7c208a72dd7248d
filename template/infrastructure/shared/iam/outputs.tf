output "roles" {
  description = "ARN of each role."
  value       = { for name, role in aws_iam_role.this : name => role.arn }
}
