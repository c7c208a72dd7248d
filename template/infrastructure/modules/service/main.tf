# Everything that the service needs at AWS in one environment. What only a component needs is in a file of its name;
# locals.tf puts the parts together.
locals {
  account_id    = data.aws_caller_identity.current.account_id
  full_name     = "${var.name}-${var.environment}"
  is_protected  = var.environment == "production"
  partition     = data.aws_partition.current.partition
  recovery_days = local.is_protected ? 30 : 0
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_route53_zone" "this" {
  name = var.zone_name
}

module "key" {
  source = "../kms"

  account_id = local.account_id
  name       = local.full_name
  partition  = local.partition
  region     = var.region
}

module "network" {
  source = "../vpc"

  kms_key_arn        = module.key.arn
  log_retention_days = var.log_retention_days
  name               = local.full_name
  nat_per_zone       = var.nat_per_zone
  region             = var.region
  zones              = var.zones
}

module "database" {
  source = "../rds"

  backup_days         = var.database.backup_days
  deletion_protection = local.is_protected
  instance_class      = var.database.instance_class
  kms_key_arn         = module.key.arn
  multi_az            = var.database.multi_az
  name                = local.full_name
  password            = local.database_password
  password_version    = var.passwords_version
  security_group_id   = module.security_groups.ids["database"]
  storage_gib         = var.database.storage_gib
  subnet_ids          = module.network.data_subnet_ids
}

module "redis" {
  source = "../elasticache"

  kms_key_arn       = module.key.arn
  name              = local.full_name
  node_type         = var.redis.node_type
  replicas          = var.redis.replicas
  security_group_id = module.security_groups.ids["redis"]
  snapshot_days     = var.redis.snapshot_days
  subnet_ids        = module.network.data_subnet_ids
}

module "secrets" {
  source = "../secrets"

  filled         = ["DATABASE_URL", "REDIS_URL"]
  kms_key_arn    = module.key.arn
  names          = ["DATABASE_URL", "JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY", "REDIS_URL", "SECRET_KEY"]
  prefix         = "${var.name}/${var.environment}"
  recovery_days  = local.recovery_days
  values_version = var.passwords_version
  values = {
    DATABASE_URL = "postgresql://app:${local.database_password}@${module.database.address}:5432/app?sslmode=verify-full&sslrootcert=${local.authorities_file}"
    REDIS_URL    = "rediss://:${module.redis.password}@${module.redis.address}:6379/0"
  }
}

# Exports and dumps that must outlive the database. Its own backups, to any second, are RDS's.
module "backups" {
  source = "../s3"

  account_id   = local.account_id
  expire_days  = 365
  glacier_days = 30
  kms_key_arn  = module.key.arn
  name         = "${local.full_name}-backups-${local.account_id}"
}

module "monitoring" {
  source = "../monitoring"

  addresses   = var.alarm_addresses
  alarms      = merge(local.core_alarms, [for part in local.parts : part.alarms]...)
  kms_key_arn = module.key.arn
  name        = local.full_name
  region      = var.region
}
