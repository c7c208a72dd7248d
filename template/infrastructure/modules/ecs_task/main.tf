# The first revision of a task: deployments register later ones, with another image. Each has one essential container.
locals {
  logs = {
    logDriver = "awslogs"
    options = {
      awslogs-group         = aws_cloudwatch_log_group.this.name
      awslogs-region        = var.region
      awslogs-stream-prefix = "task"
    }
  }
  main = {
    command     = var.command
    dependsOn   = [for name, condition in var.waits_for : { condition = condition, containerName = name }]
    environment = [for name in sort(keys(var.environment)) : { name = name, value = var.environment[name] }]
    essential   = true
    healthCheck = length(var.health_command) == 0 ? null : {
      command     = var.health_command
      interval    = 10
      retries     = 3
      startPeriod = var.start_period
      timeout     = 5
    }
    image                  = var.image
    linuxParameters        = { capabilities = { drop = var.hardened ? ["ALL"] : [] }, initProcessEnabled = true }
    logConfiguration       = local.logs
    mountPoints            = [for volume, path in var.mounts : { containerPath = path, readOnly = true, sourceVolume = volume }]
    name                   = var.container
    portMappings           = [for port in var.ports : { containerPort = port, hostPort = port, protocol = "tcp" }]
    readonlyRootFilesystem = var.hardened
    secrets                = [for name in sort(keys(var.secrets)) : { name = name, valueFrom = var.secrets[name] }]
    stopTimeout            = var.stop_timeout
    user                   = var.user
  }
  others = [for container in var.sidecars : merge(jsondecode(container), { logConfiguration = local.logs })]
}

resource "aws_ecs_task_definition" "this" {
  container_definitions    = jsonencode(concat([{ for name, value in local.main : name => value if value != null }], local.others))
  cpu                      = var.cpu
  execution_role_arn       = var.execution_role_arn
  family                   = var.family
  memory                   = var.memory
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  # A revision that is running must stay there when Terraform registers another.
  skip_destroy  = true
  task_role_arn = var.task_role_arn

  runtime_platform {
    cpu_architecture        = "X86_64"
    operating_system_family = "LINUX"
  }

  dynamic "volume" {
    for_each = keys(var.mounts)

    content {
      name = volume.value
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  kms_key_id        = var.kms_key_arn
  name              = "/ecs/${var.family}"
  retention_in_days = var.log_retention_days
}
