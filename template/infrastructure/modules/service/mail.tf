# Mail: SES by SMTP. Its log-in is made in SES's console and put into the two secrets.
locals {
  mail_network = {
    callers = { mail = { cidr = "0.0.0.0/0", description = "SMTP of SES", port = 587 } }
    egress  = {}
    groups  = {}
    ingress = {}
  }
  mail = {
    alarms        = {}
    empty_secrets = module.mail_secrets.empty
    environment = {
      SMTP_FROM = "noreply@${module.mail.domain}"
      SMTP_HOST = "email-smtp.${var.region}.amazonaws.com"
      SMTP_PORT = "587"
      SMTP_TLS  = "starttls"
    }
    secrets    = module.mail_secrets.arns
    statements = []
  }
}

module "mail" {
  source = "../ses"

  domain  = var.host
  zone_id = data.aws_route53_zone.this.zone_id
}

module "mail_secrets" {
  source = "../secrets"

  kms_key_arn   = module.key.arn
  names         = ["SMTP_PASSWORD", "SMTP_USERNAME"]
  prefix        = "${var.name}/${var.environment}"
  recovery_days = local.recovery_days
}
