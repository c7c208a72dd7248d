mock_provider "aws" {}

variables {
  backup_days         = 7
  deletion_protection = true
  instance_class      = "db.t4g.medium"
  instances           = 3
  kms_key_arn         = "arn:aws:kms:us-east-1:123456789012:key/1"
  name                = "acme-staging-documents"
  password            = "not-a-password-but-as-long"
  password_version    = 1
  security_group_id   = "sg-1"
  subnet_ids          = ["subnet-1", "subnet-2"]
}

run "it_speaks_tls_is_encrypted_and_can_go_back_in_time" {
  command = plan

  assert {
    condition     = contains([for one in aws_docdb_cluster_parameter_group.this.parameter : "${one.name}=${one.value}"], "tls=enabled")
    error_message = "Connections without TLS are taken."
  }
  assert {
    condition     = aws_docdb_cluster.this.storage_encrypted && aws_docdb_cluster.this.backup_retention_period == 7
    error_message = "It is readable, or there is no way back."
  }
  assert {
    condition     = length(aws_docdb_cluster_instance.this) == 3 && aws_docdb_cluster.this.master_password == null
    error_message = "Nobody takes over, or the password is in the state."
  }
}

run "without_backups_is_refused" {
  command = plan

  variables {
    backup_days = 0
  }

  expect_failures = [var.backup_days]
}

run "a_cluster_has_an_instance" {
  command = plan

  variables {
    instances = 0
  }

  expect_failures = [var.instances]
}

run "a_class_begins_with_db" {
  command = plan

  variables {
    instance_class = "t4g.medium"
  }

  expect_failures = [var.instance_class]
}
