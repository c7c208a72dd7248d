mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  account_id       = "123456789012"
  kms_key_arn      = "arn:aws:kms:us-east-1:123456789012:key/1"
  log_group_prefix = "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/acme-dev-"
  name             = "acme-dev"
  repository_arn   = "arn:aws:ecr:us-east-1:123456789012:repository/acme"
  secret_arns      = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:acme/dev/SECRET_KEY"]
}

run "starting_and_running_are_two_roles" {
  command = plan

  assert {
    condition     = aws_iam_role.execution.name == "acme-dev-execution" && aws_iam_role.task.name == "acme-dev-task"
    error_message = "Deployments pass other roles."
  }
  assert {
    condition     = !contains(flatten(data.aws_iam_policy_document.task.statement[*].actions), "secretsmanager:GetSecretValue")
    error_message = "The program can read secrets itself."
  }
  assert {
    condition     = toset(data.aws_iam_policy_document.execution.statement[3].resources) == toset(["arn:aws:secretsmanager:us-east-1:123456789012:secret:acme/dev/SECRET_KEY"])
    error_message = "Other secrets can be read."
  }
}

run "all_of_a_service_is_refused" {
  command = plan

  variables {
    statements = [{ actions = ["s3:*"], resources = ["*"] }]
  }

  expect_failures = [var.statements]
}

run "a_task_has_secrets" {
  command = plan

  variables {
    secret_arns = []
  }

  expect_failures = [var.secret_arns]
}
