mock_provider "aws" {
  override_during = plan

  mock_resource "aws_acm_certificate" {
    defaults = {
      arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
      domain_validation_options = [
        { domain_name = "api.example.com", resource_record_name = "_1.api.example.com", resource_record_type = "CNAME", resource_record_value = "_1.acm.example" },
        { domain_name = "origin-api.example.com", resource_record_name = "_2.example.com", resource_record_type = "CNAME", resource_record_value = "_2.acm.example" },
      ]
    }
  }
}

variables {
  domain_names = ["api.example.com", "origin-api.example.com"]
  zone_id      = "Z1"
}

run "each_name_proves_itself_by_a_record" {
  command = plan

  assert {
    condition     = aws_route53_record.validation["origin-api.example.com"].name == "_2.example.com"
    error_message = "A name has another one's record."
  }
  assert {
    condition     = length(aws_route53_record.validation) == 2
    error_message = "A name has no record."
  }
}

run "a_certificate_has_a_name" {
  command = plan

  variables {
    domain_names = []
  }

  expect_failures = [var.domain_names]
}
