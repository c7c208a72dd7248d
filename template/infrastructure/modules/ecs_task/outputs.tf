output "arn" {
  description = "ARN of the first revision."
  value       = aws_ecs_task_definition.this.arn
}

output "log_group" {
  description = "Where all containers of the task log."
  value       = aws_cloudwatch_log_group.this.name
}
