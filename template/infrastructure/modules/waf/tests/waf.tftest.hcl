mock_provider "aws" {
  override_during = plan

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-acme-dev" }
  }
  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/acme-dev/1" }
  }
}

variables {
  log_retention_days = 30
  name               = "acme-dev"
}

run "it_stands_in_front_of_cloudfront_and_limits_an_address" {
  command = plan

  assert {
    condition     = aws_wafv2_web_acl.this.scope == "CLOUDFRONT" && length(aws_wafv2_web_acl.this.rule) == 3
    error_message = "A rule is missing, or it stands elsewhere."
  }
  assert {
    condition     = startswith(aws_cloudwatch_log_group.this.name, "aws-waf-logs-")
    error_message = "AWS takes no other name for its logs."
  }
}

run "a_limit_below_a_hundred_is_refused" {
  command = plan

  variables {
    requests_per_five_minutes = 10
  }

  expect_failures = [var.requests_per_five_minutes]
}
