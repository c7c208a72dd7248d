# The same in every environment: what differs stands in terraform.tfvars.
module "service" {
  source = "../../modules/service"

  alarm_addresses      = var.alarm_addresses
  api                  = var.api
  cors_allowed_origins = var.cors_allowed_origins
  database             = var.database
  environment          = var.environment
  host                 = var.host
  log_retention_days   = var.log_retention_days
  name                 = var.name
  nat_per_zone         = var.nat_per_zone
  password_seed        = ephemeral.aws_secretsmanager_random_password.seed.random_password
  passwords_version    = var.passwords_version
  redis                = var.redis
  region               = var.region
  size                 = var.size
  worker               = var.worker
  zone_name            = var.zone_name
  zones                = var.zones

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }
}

# Asked for anew by each run, and kept in no state. It counts only where passwords_version has been raised.
ephemeral "aws_secretsmanager_random_password" "seed" {
  exclude_punctuation = true
  password_length     = 64
}
