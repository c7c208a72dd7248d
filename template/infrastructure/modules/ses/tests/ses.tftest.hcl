mock_provider "aws" {
  override_during = plan

  mock_resource "aws_sesv2_email_identity" {
    defaults = { dkim_signing_attributes = { tokens = ["first", "second", "third"] } }
  }
}

variables {
  domain  = "api.example.com"
  zone_id = "Z1"
}

run "the_domain_proves_itself_by_three_records" {
  command = plan

  assert {
    condition     = [for record in aws_route53_record.dkim : record.name] == ["first._domainkey.api.example.com", "second._domainkey.api.example.com", "third._domainkey.api.example.com"]
    error_message = "Mail would be taken for forged."
  }
}
