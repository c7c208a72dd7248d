resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  family      = "postgres15"
  name_prefix = "${var.name}-"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  # Statements alone: what people sent stands in the values.
  parameter {
    name  = "log_parameter_max_length"
    value = "0"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "this" {
  # checkov:skip=CKV_AWS_118:Performance Insights shows more, without a role of its own
  # checkov:skip=CKV_AWS_157:given by the environment: development has one zone
  allocated_storage                   = var.storage_gib
  auto_minor_version_upgrade          = true
  backup_retention_period             = var.backup_days
  backup_window                       = "02:00-03:00"
  ca_cert_identifier                  = "rds-ca-rsa2048-g1"
  copy_tags_to_snapshot               = true
  db_name                             = "app"
  db_subnet_group_name                = aws_db_subnet_group.this.name
  deletion_protection                 = var.deletion_protection
  enabled_cloudwatch_logs_exports     = ["postgresql", "upgrade"]
  engine                              = "postgres"
  engine_version                      = "15"
  final_snapshot_identifier           = var.deletion_protection ? "${var.name}-final" : null
  iam_database_authentication_enabled = true
  identifier                          = var.name
  instance_class                      = var.instance_class
  kms_key_id                          = var.kms_key_arn
  maintenance_window                  = "sun:03:30-sun:04:30"
  max_allocated_storage               = var.storage_gib * 5
  multi_az                            = var.multi_az
  parameter_group_name                = aws_db_parameter_group.this.name
  password_wo                         = var.password
  password_wo_version                 = var.password_version
  performance_insights_enabled        = true
  performance_insights_kms_key_id     = var.kms_key_arn
  publicly_accessible                 = false
  skip_final_snapshot                 = !var.deletion_protection
  storage_encrypted                   = true
  storage_type                        = "gp3"
  username                            = "app"
  vpc_security_group_ids              = [var.security_group_id]
}
