output "execution_arn" {
  description = "ARN of the role that starts tasks."
  value       = aws_iam_role.execution.arn
}

output "task_arn" {
  description = "ARN of the role of the program in the task."
  value       = aws_iam_role.task.arn
}
