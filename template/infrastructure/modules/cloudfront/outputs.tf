output "dns_name" {
  description = "Host name that AWS gave the distribution."
  value       = aws_cloudfront_distribution.this.domain_name
}

output "zone_id" {
  description = "Zone of that host name, for alias records."
  value       = aws_cloudfront_distribution.this.hosted_zone_id
}
