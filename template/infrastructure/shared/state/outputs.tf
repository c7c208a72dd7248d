output "bucket" {
  description = "Bucket of the states, for `terraform init -backend-config=bucket=…`."
  value       = module.bucket.name
}
