mock_provider "aws" {}

variables {
  cluster_arn         = "arn:aws:ecs:us-east-1:123456789012:cluster/acme-dev"
  cluster_name        = "acme-dev"
  least               = 2
  load_balancer       = { port = 3000, target_group_arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/acme-dev/1" }
  most                = 4
  name                = "api"
  security_group_id   = "sg-1"
  subnet_ids          = ["subnet-1", "subnet-2"]
  task_definition_arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/acme-dev-api:1"
}

run "a_deployment_that_fails_is_taken_back" {
  command = plan

  assert {
    condition     = aws_ecs_service.this.deployment_circuit_breaker[0].enable && aws_ecs_service.this.deployment_circuit_breaker[0].rollback
    error_message = "A deployment that fails stays."
  }
  assert {
    condition     = !aws_ecs_service.this.network_configuration[0].assign_public_ip
    error_message = "Tasks have public addresses."
  }
  assert {
    condition     = aws_appautoscaling_target.this[0].max_capacity == 4 && length(aws_appautoscaling_policy.this) == 2
    error_message = "The number of tasks doesn't follow the load."
  }
}

run "one_task_does_not_scale" {
  command = plan

  variables {
    least         = 1
    load_balancer = null
    most          = 1
    name          = "schedule"
  }

  assert {
    condition     = length(aws_appautoscaling_target.this) == 0 && length(aws_ecs_service.this.load_balancer) == 0
    error_message = "A service without callers scales."
  }
}

run "most_is_not_below_least" {
  command = plan

  variables {
    most = 1
  }

  expect_failures = [var.most]
}

run "a_target_is_a_share" {
  command = plan

  variables {
    target_percent = 100
  }

  expect_failures = [var.target_percent]
}
