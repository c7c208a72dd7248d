# OpenSearch takes no write-only password yet: this one is in the state.
data "aws_secretsmanager_random_password" "this" {
  exclude_characters = "\"'/\\@:?#%&<>[]{}|^`"
  password_length    = 40
}

resource "aws_opensearch_domain" "this" {
  # checkov:skip=CKV2_AWS_59:three nodes, one in each zone, choose a master among themselves
  # checkov:skip=CKV_AWS_317:audit logs are published, by the second of two blocks
  # checkov:skip=CKV_AWS_318:three nodes, one in each zone, choose a master among themselves
  access_policies = data.aws_iam_policy_document.access.json
  domain_name     = var.name
  engine_version  = "OpenSearch_2.19"

  advanced_security_options {
    enabled                        = true
    internal_user_database_enabled = true

    master_user_options {
      master_user_name     = "app"
      master_user_password = data.aws_secretsmanager_random_password.this.random_password
    }
  }

  cluster_config {
    dedicated_master_enabled = false
    instance_count           = var.instances
    instance_type            = var.instance_type
    zone_awareness_enabled   = var.instances > 1

    dynamic "zone_awareness_config" {
      for_each = var.instances > 1 ? [length(var.subnet_ids)] : []

      content {
        availability_zone_count = zone_awareness_config.value
      }
    }
  }

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }

  ebs_options {
    ebs_enabled = true
    volume_size = var.storage_gib
    volume_type = "gp3"
  }

  encrypt_at_rest {
    enabled    = true
    kms_key_id = var.kms_key_arn
  }

  node_to_node_encryption {
    enabled = true
  }

  log_publishing_options {
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.this.arn
    log_type                 = "AUDIT_LOGS"
  }

  log_publishing_options {
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.this.arn
    log_type                 = "ES_APPLICATION_LOGS"
  }

  timeouts {
    create = var.create_timeout
  }

  vpc_options {
    security_group_ids = [var.security_group_id]
    subnet_ids         = var.instances > 1 ? var.subnet_ids : slice(var.subnet_ids, 0, 1)
  }

  # Each plan asks for another random one.
  lifecycle {
    ignore_changes = [advanced_security_options[0].master_user_options[0].master_user_password]
  }

  depends_on = [aws_cloudwatch_log_resource_policy.this]
}

# Who gets this far is told by the security group, who gets in by the password.
data "aws_iam_policy_document" "access" {
  # checkov:skip=CKV_AWS_283:the security group says who reaches it, the password who gets in
  statement {
    actions   = ["es:ESHttp*"]
    resources = ["${var.arn_prefix}:domain/${var.name}/*"]

    principals {
      identifiers = ["*"]
      type        = "AWS"
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  # checkov:skip=CKV_AWS_338:given by the environment: production keeps a year
  kms_key_id        = var.kms_key_arn
  name              = "/opensearch/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_resource_policy" "this" {
  policy_document = data.aws_iam_policy_document.logs.json
  policy_name     = "${var.name}-opensearch"
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]

    principals {
      identifiers = ["es.amazonaws.com"]
      type        = "Service"
    }
  }
}
