output "address" {
  description = "Host name of the cluster."
  value       = aws_docdb_cluster.this.endpoint
}

output "name" {
  description = "What metrics call the cluster."
  value       = aws_docdb_cluster.this.cluster_identifier
}
