mock_provider "aws" {}

variables {
  backup_days         = 7
  deletion_protection = true
  instance_class      = "db.t4g.small"
  kms_key_arn         = "arn:aws:kms:us-east-1:123456789012:key/1"
  multi_az            = true
  name                = "acme-staging"
  password            = "not-a-password-but-as-long"
  password_version    = 1
  security_group_id   = "sg-1"
  storage_gib         = 20
  subnet_ids          = ["subnet-1", "subnet-2"]
}

run "it_is_private_encrypted_and_can_go_back_in_time" {
  command = plan

  assert {
    condition     = aws_db_instance.this.storage_encrypted && !aws_db_instance.this.publicly_accessible
    error_message = "The database is open or readable."
  }
  assert {
    condition     = aws_db_instance.this.backup_retention_period == 7 && aws_db_instance.this.multi_az && aws_db_instance.this.engine_version == "15"
    error_message = "There is no way back, nobody takes over, or it is another PostgreSQL."
  }
  assert {
    condition     = contains([for one in aws_db_parameter_group.this.parameter : "${one.name}=${one.value}"], "rds.force_ssl=1")
    error_message = "Connections without TLS are taken."
  }
  assert {
    condition     = aws_db_instance.this.password == null
    error_message = "The password is in the state."
  }
}

run "without_backups_is_refused" {
  command = plan

  variables {
    backup_days = 0
  }

  expect_failures = [var.backup_days]
}

run "less_than_20_gib_is_refused" {
  command = plan

  variables {
    storage_gib = 10
  }

  expect_failures = [var.storage_gib]
}

run "a_class_begins_with_db" {
  command = plan

  variables {
    instance_class = "t4g.small"
  }

  expect_failures = [var.instance_class]
}
