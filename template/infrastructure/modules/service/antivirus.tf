# Antivirus: clamd as a service of its own, found by its name inside the VPC; it fetches its signatures itself.
locals {
  antivirus_network = {
    callers = { clamav = { description = "The scanner", group = "clamav", port = 3310 } }
    egress  = { clamav = { anywhere = local.anywhere } }
    groups  = { clamav = "ClamAV" }
    ingress = {
      clamav = {
        api    = { description = "The API", group = "api", port = 3310 }
        worker = { description = "The worker", group = "worker", port = 3310 }
      }
    }
  }
  antivirus = {
    alarms = {
      clamav-running = {
        below       = true
        description = "No scanner runs: files that were sent wait."
        dimensions  = { ClusterName = module.cluster.name, ServiceName = "clamav" }
        metric      = "RunningTaskCount"
        missing     = "breaching"
        namespace   = "ECS/ContainerInsights"
        statistic   = "Minimum"
        threshold   = 1
      }
    }
    empty_secrets = []
    environment   = { CLAMAV_HOST = module.clamav.host, CLAMAV_PORT = "3310" }
    secrets       = {}
    statements    = []
  }
}

variable "clamav_image" {
  description = "Image of ClamAV."
  type        = string
  default     = "docker.io/clamav/clamav:1.4.3"
}

module "clamav" {
  source = "../clamav"

  cluster_arn         = module.cluster.arn
  name                = local.full_name
  security_group_id   = module.security_groups.ids["clamav"]
  subnet_ids          = module.network.compute_subnet_ids
  task_definition_arn = module.clamav_task.arn
  tasks               = { small = 1, large = 2 }[var.size]
  vpc_id              = module.network.id
}

moved {
  from = module.clamav_service.aws_ecs_service.this
  to   = module.clamav.aws_ecs_service.this
}

module "clamav_task" {
  source = "../ecs_task"

  container          = "clamav"
  cpu                = 1024
  execution_role_arn = module.roles.execution_arn
  family             = "${local.full_name}-clamav"
  # Its own start-up changes owners and writes signatures to the root file system.
  hardened           = false
  health_command     = ["CMD", "clamdcheck.sh"]
  image              = var.clamav_image
  kms_key_arn        = module.key.arn
  log_retention_days = var.log_retention_days
  memory             = 4096
  ports              = [3310]
  region             = var.region
  # It fetches its signatures first: its image gives itself six minutes, more than ECS has.
  start_period  = 300
  task_role_arn = module.roles.task_arn
  user          = null
}
