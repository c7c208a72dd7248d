locals {
  # AWS's own policies have the same ids in every account: CachingDisabled and AllViewer. What an API answers is for one
  # caller, so nothing is cached; the Host header goes through, and the service checks it.
  no_cache   = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  all_viewer = "216adef6-5c7f-47e4-b989-5492eafa07d3"
}

resource "aws_cloudfront_distribution" "this" {
  # checkov:skip=CKV2_AWS_32:the service sends its security headers itself, and tests hold them
  # checkov:skip=CKV2_AWS_47:the firewall has AWSManagedRulesKnownBadInputsRuleSet, by a dynamic block that is not followed
  # checkov:skip=CKV_AWS_305:an API has no root page
  # checkov:skip=CKV_AWS_310:one load balancer, which is in several zones itself
  # checkov:skip=CKV_AWS_374:an API that is called from anywhere
  # checkov:skip=CKV_AWS_86:each request is in the logs of the firewall and of the load balancer
  aliases         = [var.host]
  comment         = var.name
  enabled         = true
  http_version    = "http2and3"
  is_ipv6_enabled = true
  price_class     = var.price_class
  web_acl_id      = var.web_acl_arn

  origin {
    domain_name = var.origin_host
    origin_id   = "load-balancer"

    custom_header {
      name  = var.origin_header
      value = var.origin_secret
    }

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_read_timeout    = 30
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    allowed_methods          = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    cache_policy_id          = local.no_cache
    cached_methods           = ["GET", "HEAD"]
    compress                 = true
    origin_request_policy_id = local.all_viewer
    target_origin_id         = "load-balancer"
    viewer_protocol_policy   = "redirect-to-https"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = var.certificate_arn
    minimum_protocol_version = "TLSv1.2_2021"
    ssl_support_method       = "sni-only"
  }
}
