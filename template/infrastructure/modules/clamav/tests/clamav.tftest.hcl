mock_provider "aws" {
  mock_resource "aws_service_discovery_service" {
    defaults = { arn = "arn:aws:servicediscovery:us-east-1:123456789012:service/1" }
  }
}

variables {
  cluster_arn         = "arn:aws:ecs:us-east-1:123456789012:cluster/acme-dev"
  name                = "acme-dev"
  security_group_id   = "sg-1"
  subnet_ids          = ["subnet-1", "subnet-2"]
  task_definition_arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/acme-dev-clamav:1"
  tasks               = 1
  vpc_id              = "vpc-1"
}

run "the_scanner_has_a_name_inside_the_vpc" {
  command = plan

  assert {
    condition     = output.host == "clamav.acme-dev.internal"
    error_message = "The scanner has another name."
  }
}

run "a_scanner_runs" {
  assert {
    condition     = endswith(aws_ecs_service.this.task_definition, ":1") && aws_ecs_service.this.desired_count == 1
    error_message = "Another revision, or another number of them, runs."
  }
  assert {
    condition     = aws_ecs_service.this.service_registries[0].registry_arn == aws_service_discovery_service.this.arn
    error_message = "Nobody finds the scanner."
  }
}

run "a_new_image_runs_after_an_apply" {
  variables {
    task_definition_arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/acme-dev-clamav:2"
    tasks               = 2
  }

  assert {
    condition     = endswith(aws_ecs_service.this.task_definition, ":2") && aws_ecs_service.this.desired_count == 2
    error_message = "The scanner stays what it was."
  }
}
