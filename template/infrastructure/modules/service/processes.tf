# The four processes of the image: api, worker and schedule go on, migrate is run by each deployment.
locals {
  authorities_file = "/authorities/aws.pem"
  log_group_prefix = "arn:${local.partition}:logs:${var.region}:${local.account_id}:log-group:/ecs/${local.full_name}-"
  port             = 3000
  processes = {
    api      = { command = [], sizes = var.api, sidecars = [local.authorities, local.collector], waits_for = { authorities = "SUCCESS", collector = "START" } }
    worker   = { command = ["work"], sizes = var.worker, sidecars = [local.authorities, local.collector], waits_for = { authorities = "SUCCESS", collector = "START" } }
    schedule = { command = ["schedule"], sizes = local.smallest, sidecars = [local.authorities], waits_for = { authorities = "SUCCESS" } }
    migrate  = { command = ["migrate"], sizes = local.smallest, sidecars = [local.authorities], waits_for = { authorities = "SUCCESS" } }
  }
  # Whoever runs two schedules writes each job once all the same.
  smallest = { cpu = 256, least = 1, memory = 512, most = 1 }
  # What no image has: the certificates that AWS's databases are signed by, fetched anew by each task.
  authorities = jsonencode({
    command                = ["-c", "curl --fail --silent --show-error --retry 5 --output ${local.authorities_file} ${var.authorities_url}"]
    entryPoint             = ["/bin/sh"]
    essential              = false
    image                  = var.authorities_image
    linuxParameters        = { capabilities = { drop = ["ALL"] } }
    mountPoints            = [{ containerPath = "/authorities", readOnly = false, sourceVolume = "authorities" }]
    name                   = "authorities"
    readonlyRootFilesystem = true
  })
  # Traces go to X-Ray, which must do without them where the collector dies.
  collector = jsonencode({
    environment = [{ name = "AOT_CONFIG_CONTENT", value = yamlencode({
      exporters  = { awsxray = { region = var.region } }
      processors = { batch = {} }
      receivers  = { otlp = { protocols = { http = { endpoint = "127.0.0.1:4318" } } } }
      service    = { pipelines = { traces = { exporters = ["awsxray"], processors = ["batch"], receivers = ["otlp"] } } }
    }) }]
    essential              = false
    image                  = var.collector_image
    linuxParameters        = { capabilities = { drop = ["ALL"] } }
    name                   = "collector"
    readonlyRootFilesystem = true
  })
}

module "cluster" {
  source = "../ecs"

  name = local.full_name
}

module "roles" {
  source = "../task_roles"

  account_id       = local.account_id
  kms_key_arn      = module.key.arn
  log_group_prefix = local.log_group_prefix
  name             = local.full_name
  repository_arn   = "arn:${local.partition}:ecr:${var.region}:${local.account_id}:repository/${var.name}"
  secret_arns      = values(local.secrets)
  statements       = flatten([for part in local.parts : part.statements])
}

module "task" {
  source   = "../ecs_task"
  for_each = local.processes

  command            = each.value.command
  container          = each.key
  cpu                = each.value.sizes.cpu
  environment        = local.environment
  execution_role_arn = module.roles.execution_arn
  family             = "${local.full_name}-${each.key}"
  health_command     = each.key == "api" ? ["CMD", "python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:${local.port}/health/live', timeout=4)"] : []
  # No such image is ever pushed: the first deployment registers a revision with one that is.
  image              = "${local.account_id}.dkr.ecr.${var.region}.amazonaws.com/${var.name}:none"
  kms_key_arn        = module.key.arn
  log_retention_days = var.log_retention_days
  memory             = each.value.sizes.memory
  mounts             = { authorities = "/authorities" }
  ports              = each.key == "api" ? [local.port] : []
  region             = var.region
  secrets            = local.secrets
  sidecars           = each.value.sidecars
  task_role_arn      = module.roles.task_arn
  waits_for          = each.value.waits_for
}

module "process" {
  source   = "../ecs_service"
  for_each = { for name, process in local.processes : name => process if name != "migrate" }

  cluster_arn         = module.cluster.arn
  cluster_name        = module.cluster.name
  least               = each.value.sizes.least
  load_balancer       = each.key == "api" ? { port = local.port, target_group_arn = module.load_balancer.target_group_arn } : null
  most                = each.value.sizes.most
  name                = each.key
  security_group_id   = module.security_groups.ids[each.key == "api" ? "api" : "worker"]
  subnet_ids          = module.network.compute_subnet_ids
  task_definition_arn = module.task[each.key].arn
}
