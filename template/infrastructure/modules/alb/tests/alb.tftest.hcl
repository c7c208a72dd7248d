mock_provider "aws" {
  override_during = plan

  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/acme-dev/1" }
  }
  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/acme-dev/1" }
  }
}

variables {
  certificate_arn     = "arn:aws:acm:us-east-1:123456789012:certificate/1"
  deletion_protection = true
  log_bucket          = "acme-dev-logs"
  name                = "acme-dev"
  origin_header       = "X-Origin-Secret"
  origin_secret       = "not-a-secret"
  port                = 3000
  security_group_id   = "sg-1"
  subnet_ids          = ["subnet-1", "subnet-2"]
  vpc_id              = "vpc-1"
}

run "plain_http_is_sent_to_tls" {
  command = plan

  assert {
    condition     = aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS" && aws_lb_listener.http.default_action[0].redirect[0].status_code == "HTTP_301"
    error_message = "Port 80 is no redirect."
  }
  assert {
    condition     = aws_lb_listener.https.ssl_policy == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    error_message = "TLS below 1.2 is spoken."
  }
}

run "whoever_does_not_come_by_our_cloudfront_goes_no_further" {
  command = plan

  assert {
    condition     = aws_lb_listener.https.default_action[0].type == "fixed-response" && aws_lb_listener.https.default_action[0].fixed_response[0].status_code == "403"
    error_message = "Another's CloudFront is answered, and goes round the firewall."
  }
  assert {
    condition     = one(one(aws_lb_listener_rule.ours.condition).http_header).http_header_name == "X-Origin-Secret" && nonsensitive(one(one(aws_lb_listener_rule.ours.condition).http_header).values == toset([var.origin_secret]))
    error_message = "Ours is not known by what it shows."
  }
}

run "a_fail_over_of_the_database_replaces_no_task" {
  command = plan

  assert {
    condition     = aws_lb_target_group.this.health_check[0].interval * aws_lb_target_group.this.health_check[0].unhealthy_threshold == 150
    error_message = "A task is given up after another time."
  }
  assert {
    condition     = aws_lb_target_group.this.health_check[0].path == "/health/ready"
    error_message = "Something else than readiness is asked for."
  }
}

run "a_name_fits" {
  command = plan

  variables {
    name = "a-name-that-is-longer-than-32-characters"
  }

  expect_failures = [var.name]
}

run "one_zone_is_too_few" {
  command = plan

  variables {
    subnet_ids = ["subnet-1"]
  }

  expect_failures = [var.subnet_ids]
}
