mock_provider "aws" {}

variables {
  filled        = ["DATABASE_URL"]
  kms_key_arn   = "arn:aws:kms:us-east-1:123456789012:key/1"
  names         = ["DATABASE_URL", "SECRET_KEY"]
  prefix        = "acme/staging"
  recovery_days = 30
  values        = { DATABASE_URL = "postgresql://nobody@nowhere/none" }
}

run "a_secret_is_called_as_its_variable" {
  command = apply

  assert {
    condition     = aws_secretsmanager_secret.this["SECRET_KEY"].name == "acme/staging/SECRET_KEY"
    error_message = "The secret has another name."
  }
  assert {
    condition     = keys(aws_secretsmanager_secret_version.this) == ["DATABASE_URL"] && output.empty == tolist(["SECRET_KEY"])
    error_message = "A secret that is filled by hand was filled here."
  }
  assert {
    condition     = aws_secretsmanager_secret_version.this["DATABASE_URL"].secret_string_wo == null
    error_message = "The value is in the state."
  }
}

run "a_name_is_that_of_a_variable" {
  command = plan

  variables {
    names  = ["database-url"]
    filled = []
  }

  expect_failures = [var.names]
}

run "only_what_is_named_is_filled" {
  command = plan

  variables {
    filled = ["REDIS_URL"]
  }

  expect_failures = [var.filled]
}

run "a_deleted_secret_comes_back_for_a_week_or_not_at_all" {
  command = plan

  variables {
    recovery_days = 3
  }

  expect_failures = [var.recovery_days]
}
