output "domain" {
  description = "Domain that mail comes from."
  value       = aws_sesv2_email_identity.this.email_identity
}
