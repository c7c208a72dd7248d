# From the caller to the load balancer: Route 53, CloudFront with its firewall, TLS on both ways.
locals {
  origin_header = "X-Origin-Secret"
  origin_host   = "origin-${var.host}"
}

# By it the load balancer knows our CloudFront from others'. It passes in a header, so it is in the state.
data "aws_secretsmanager_random_password" "origin" {
  exclude_punctuation = true
  password_length     = 64
}

resource "terraform_data" "origin_secret" {
  input = data.aws_secretsmanager_random_password.origin.random_password

  # Each plan asks for another random one. A new one: terraform apply -replace=module.service.terraform_data.origin_secret
  lifecycle {
    ignore_changes = [input]
  }
}

module "certificate" {
  source = "../certificate"

  domain_names = [var.host, local.origin_host]
  zone_id      = data.aws_route53_zone.this.zone_id
}

module "edge_certificate" {
  source = "../certificate"

  domain_names = [var.host]
  zone_id      = data.aws_route53_zone.this.zone_id

  providers = {
    aws = aws.us_east_1
  }
}

module "firewall" {
  source = "../waf"

  log_retention_days = var.log_retention_days
  name               = local.full_name

  providers = {
    aws = aws.us_east_1
  }
}

module "cdn" {
  source = "../cloudfront"

  certificate_arn = module.edge_certificate.arn
  host            = var.host
  name            = local.full_name
  origin_header   = local.origin_header
  origin_host     = local.origin_host
  origin_secret   = terraform_data.origin_secret.output
  price_class     = { small = "PriceClass_100", large = "PriceClass_All" }[var.size]
  web_acl_arn     = module.firewall.arn
}

module "load_balancer" {
  source = "../alb"

  certificate_arn     = module.certificate.arn
  deletion_protection = local.is_protected
  log_bucket          = module.load_balancer_logs.name
  name                = local.full_name
  origin_header       = local.origin_header
  origin_secret       = terraform_data.origin_secret.output
  port                = local.port
  security_group_id   = module.security_groups.ids["load-balancer"]
  subnet_ids          = module.network.public_subnet_ids
  vpc_id              = module.network.id
}

module "load_balancer_logs" {
  source = "../s3"

  account_id    = local.account_id
  expire_days   = var.log_retention_days
  force_destroy = !local.is_protected
  name          = "${local.full_name}-logs-${local.account_id}"
  writers       = ["logdelivery.elasticloadbalancing.amazonaws.com"]
}

resource "aws_route53_record" "host" {
  for_each = toset(["A", "AAAA"])

  name    = var.host
  type    = each.key
  zone_id = data.aws_route53_zone.this.zone_id

  alias {
    evaluate_target_health = false
    name                   = module.cdn.dns_name
    zone_id                = module.cdn.zone_id
  }
}

resource "aws_route53_record" "origin" {
  name    = local.origin_host
  type    = "A"
  zone_id = data.aws_route53_zone.this.zone_id

  alias {
    evaluate_target_health = true
    name                   = module.load_balancer.dns_name
    zone_id                = module.load_balancer.zone_id
  }
}
