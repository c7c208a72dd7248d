resource "aws_ecs_service" "this" {
  cluster                           = var.cluster_arn
  desired_count                     = var.least
  enable_ecs_managed_tags           = true
  health_check_grace_period_seconds = var.load_balancer == null ? null : 60
  launch_type                       = "FARGATE"
  name                              = var.name
  platform_version                  = "LATEST"
  propagate_tags                    = "SERVICE"
  task_definition                   = var.task_definition_arn

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

  dynamic "load_balancer" {
    for_each = var.load_balancer == null ? [] : [var.load_balancer]

    content {
      container_name   = var.name
      container_port   = load_balancer.value.port
      target_group_arn = load_balancer.value.target_group_arn
    }
  }

  # Deployments choose the revision, autoscaling the number.
  lifecycle {
    ignore_changes = [desired_count, task_definition]
  }
}

resource "aws_appautoscaling_target" "this" {
  count = var.most > var.least ? 1 : 0

  max_capacity       = var.most
  min_capacity       = var.least
  resource_id        = "service/${var.cluster_name}/${aws_ecs_service.this.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  service_namespace  = "ecs"
}

resource "aws_appautoscaling_policy" "this" {
  for_each = var.most > var.least ? { cpu = "ECSServiceAverageCPUUtilization", memory = "ECSServiceAverageMemoryUtilization" } : {}

  name               = each.key
  policy_type        = "TargetTrackingScaling"
  resource_id        = aws_appautoscaling_target.this[0].resource_id
  scalable_dimension = aws_appautoscaling_target.this[0].scalable_dimension
  service_namespace  = aws_appautoscaling_target.this[0].service_namespace

  target_tracking_scaling_policy_configuration {
    scale_in_cooldown  = 300
    scale_out_cooldown = 60
    target_value       = var.target_percent

    predefined_metric_specification {
      predefined_metric_type = each.value
    }
  }
}
