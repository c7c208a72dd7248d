# Cluster mode off: the service's scripts use keys of several slots.
resource "aws_elasticache_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

# Cached values have a time to live, jobs have none: so cache pressure never evicts a job.
resource "aws_elasticache_parameter_group" "this" {
  family = "redis7"
  name   = var.name

  parameter {
    name  = "maxmemory-policy"
    value = "volatile-lru"
  }
}

# ElastiCache takes no write-only password yet: this one is in the state.
data "aws_secretsmanager_random_password" "this" {
  exclude_punctuation = true
  password_length     = 64
}

resource "aws_elasticache_replication_group" "this" {
  # checkov:skip=CKV2_AWS_50:given by the environment: on wherever there is a replica
  at_rest_encryption_enabled = true
  auth_token                 = data.aws_secretsmanager_random_password.this.random_password
  auto_minor_version_upgrade = true
  automatic_failover_enabled = var.replicas > 0
  description                = "Cache and queue of ${var.name}"
  engine                     = "redis"
  engine_version             = "7.1"
  kms_key_id                 = var.kms_key_arn
  maintenance_window         = "sun:05:00-sun:06:00"
  multi_az_enabled           = var.replicas > 0
  node_type                  = var.node_type
  num_cache_clusters         = var.replicas + 1
  parameter_group_name       = aws_elasticache_parameter_group.this.name
  port                       = 6379
  replication_group_id       = var.name
  security_group_ids         = [var.security_group_id]
  snapshot_retention_limit   = var.snapshot_days
  snapshot_window            = "01:00-02:00"
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  transit_encryption_enabled = true

  # Each plan asks for another random one.
  lifecycle {
    ignore_changes = [auth_token]
  }
}
