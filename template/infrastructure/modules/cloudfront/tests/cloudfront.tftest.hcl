mock_provider "aws" {}

variables {
  certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
  host            = "api.example.com"
  name            = "acme-dev"
  origin_header   = "X-Origin-Secret"
  origin_host     = "origin-api.example.com"
  origin_secret   = "not-a-secret"
  web_acl_arn     = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/acme-dev/1"
}

run "nothing_is_cached_and_all_of_it_is_tls" {
  command = plan

  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].cache_policy_id == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    error_message = "Answers for one caller would be given to others."
  }
  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].viewer_protocol_policy == "redirect-to-https"
    error_message = "Plain HTTP is answered."
  }
  assert {
    condition     = one(aws_cloudfront_distribution.this.origin).custom_origin_config[0].origin_protocol_policy == "https-only"
    error_message = "The load balancer is called without TLS."
  }
}

run "the_load_balancer_is_shown_who_calls" {
  command = plan

  assert {
    condition     = nonsensitive({ for header in one(aws_cloudfront_distribution.this.origin).custom_header : header.name => header.value } == { X-Origin-Secret = var.origin_secret })
    error_message = "The load balancer answers nobody."
  }
}

run "a_price_class_is_one_of_three" {
  command = plan

  variables {
    price_class = "PriceClass_1"
  }

  expect_failures = [var.price_class]
}
