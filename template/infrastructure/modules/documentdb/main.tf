resource "aws_docdb_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_docdb_cluster_parameter_group" "this" {
  family = "docdb5.0"
  name   = var.name

  parameter {
    name  = "tls"
    value = "enabled"
  }

  parameter {
    name  = "audit_logs"
    value = "ddl"
  }
}

resource "aws_docdb_cluster" "this" {
  # checkov:skip=CKV_AWS_360:given by the environment: development keeps one day
  backup_retention_period         = var.backup_days
  cluster_identifier              = var.name
  db_cluster_parameter_group_name = aws_docdb_cluster_parameter_group.this.name
  db_subnet_group_name            = aws_docdb_subnet_group.this.name
  deletion_protection             = var.deletion_protection
  enabled_cloudwatch_logs_exports = ["audit", "profiler"]
  engine                          = "docdb"
  engine_version                  = "5.0.0"
  final_snapshot_identifier       = var.deletion_protection ? "${var.name}-final" : null
  kms_key_id                      = var.kms_key_arn
  master_password_wo              = var.password
  master_password_wo_version      = var.password_version
  master_username                 = "app"
  port                            = 27017
  preferred_backup_window         = "02:00-03:00"
  preferred_maintenance_window    = "sun:03:30-sun:04:30"
  skip_final_snapshot             = !var.deletion_protection
  storage_encrypted               = true
  vpc_security_group_ids          = [var.security_group_id]
}

resource "aws_docdb_cluster_instance" "this" {
  count = var.instances

  auto_minor_version_upgrade = true
  ca_cert_identifier         = "rds-ca-rsa2048-g1"
  cluster_identifier         = aws_docdb_cluster.this.id
  identifier                 = "${var.name}-${count.index}"
  instance_class             = var.instance_class
}
