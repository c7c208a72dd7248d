output "address" {
  description = "Host name of the database."
  value       = aws_db_instance.this.address
}

output "identifier" {
  description = "What metrics call the database."
  value       = aws_db_instance.this.identifier
}
