# Nothing deploys the scanner but Terraform, so a new image or size is in force with the apply. Tasks find it by a name
# inside the VPC.
resource "aws_ecs_service" "this" {
  cluster                 = var.cluster_arn
  desired_count           = var.tasks
  enable_ecs_managed_tags = true
  launch_type             = "FARGATE"
  name                    = "clamav"
  platform_version        = "LATEST"
  propagate_tags          = "SERVICE"
  task_definition         = var.task_definition_arn

  deployment_maximum_percent         = 200
  deployment_minimum_healthy_percent = 100

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    assign_public_ip = false
    security_groups  = [var.security_group_id]
    subnets          = var.subnet_ids
  }

  service_registries {
    registry_arn = aws_service_discovery_service.this.arn
  }
}

resource "aws_service_discovery_private_dns_namespace" "this" {
  description = "Names inside ${var.name}"
  name        = "${var.name}.internal"
  vpc         = var.vpc_id
}

resource "aws_service_discovery_service" "this" {
  name = "clamav"

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.this.id
    routing_policy = "MULTIVALUE"

    dns_records {
      ttl  = 10
      type = "A"
    }
  }
}
