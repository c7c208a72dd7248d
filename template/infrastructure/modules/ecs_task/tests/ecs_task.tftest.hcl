mock_provider "aws" {
  override_during = plan
}

variables {
  container          = "api"
  cpu                = 512
  environment        = { PORT = "3000", ENVIRONMENT = "staging" }
  execution_role_arn = "arn:aws:iam::123456789012:role/acme-staging-execution"
  family             = "acme-staging-api"
  image              = "123456789012.dkr.ecr.us-east-1.amazonaws.com/acme:none"
  kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:key/1"
  log_retention_days = 30
  memory             = 1024
  mounts             = { authorities = "/authorities" }
  ports              = [3000]
  region             = "us-east-1"
  secrets            = { DATABASE_URL = "arn:aws:secretsmanager:us-east-1:123456789012:secret:acme/staging/DATABASE_URL" }
  sidecars           = ["{\"essential\": false, \"image\": \"curl\", \"name\": \"authorities\"}"]
  task_role_arn      = "arn:aws:iam::123456789012:role/acme-staging-task"
  waits_for          = { authorities = "SUCCESS" }
}

run "a_container_is_hardened_and_waits_for_its_sidecar" {
  command = plan

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].readonlyRootFilesystem
    error_message = "The root file system can be written to."
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].dependsOn[0] == { condition = "SUCCESS", containerName = "authorities" }
    error_message = "The container starts before its sidecar is done."
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].secrets[0].name == "DATABASE_URL"
    error_message = "A secret has another name."
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[1].logConfiguration.options["awslogs-group"] == "/ecs/acme-staging-api"
    error_message = "The sidecar logs elsewhere."
  }
}

run "what_starts_slowly_is_waited_for" {
  command = plan

  variables {
    health_command = ["CMD", "clamdcheck.sh"]
    start_period   = 300
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck.startPeriod == 300
    error_message = "A container is given up before it has started."
  }
}

run "ecs_waits_no_longer_than_five_minutes_for_a_start" {
  command = plan

  variables {
    start_period = 360
  }

  expect_failures = [var.start_period]
}

run "fargate_has_no_such_processor" {
  command = plan

  variables {
    cpu = 300
  }

  expect_failures = [var.cpu]
}

run "a_sidecar_is_not_essential" {
  command = plan

  variables {
    sidecars = ["{\"image\": \"curl\", \"name\": \"authorities\"}"]
  }

  expect_failures = [var.sidecars]
}

run "fargate_waits_no_longer_than_two_minutes" {
  command = plan

  variables {
    stop_timeout = 300
  }

  expect_failures = [var.stop_timeout]
}
