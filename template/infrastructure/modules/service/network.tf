# Who may talk to whom. Tasks of the worker, the schedule and migrations share the group worker.
locals {
  anywhere = { cidr = "0.0.0.0/0", description = "APIs of AWS and of others", port = 443 }
  # What API and worker call alike.
  callers = merge(
    {
      anywhere = local.anywhere
      database = { description = "PostgreSQL", group = "database", port = 5432 }
      redis    = { description = "Redis", group = "redis", port = 6379 }
    },
    [for part in local.network_parts : part.callers]...
  )
  core_network = {
    callers = {}
    egress  = { load-balancer = { api = { description = "The API", group = "api", port = local.port } } }
    groups = {
      api           = "Tasks of the API"
      database      = "PostgreSQL"
      load-balancer = "Load balancer"
      redis         = "Redis"
      worker        = "Tasks of worker, schedule and migrations"
    }
    ingress = {
      api = { load-balancer = { description = "The load balancer", group = "load-balancer", port = local.port } }
      database = {
        api    = { description = "The API", group = "api", port = 5432 }
        worker = { description = "The worker", group = "worker", port = 5432 }
      }
      # CloudFront alone, and no port 80: it calls by TLS, and its list fills the group.
      load-balancer = { edge = { description = "CloudFront", port = 443, prefix_list_id = data.aws_ec2_managed_prefix_list.cloudfront.id } }
      redis = {
        api    = { description = "The API", group = "api", port = 6379 }
        worker = { description = "The worker", group = "worker", port = 6379 }
      }
    }
  }
}

data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

module "security_groups" {
  source = "../security_groups"

  egress  = merge({ api = local.callers, worker = local.callers }, [for part in local.network_parts : part.egress]...)
  groups  = merge([for part in local.network_parts : part.groups]...)
  ingress = merge([for part in local.network_parts : part.ingress]...)
  name    = local.full_name
  vpc_id  = module.network.id
}
