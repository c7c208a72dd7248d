# Search: an OpenSearch domain, and the service's way to it.
locals {
  search_network = {
    callers = { search = { description = "OpenSearch", group = "search", port = 443 } }
    egress  = {}
    groups  = { search = "OpenSearch" }
    ingress = {
      search = {
        api    = { description = "The API", group = "api", port = 443 }
        worker = { description = "The worker", group = "worker", port = 443 }
      }
    }
  }
  search = {
    alarms = {
      search-red = {
        description = "A part of the indexes can't be read."
        dimensions  = { ClientId = local.account_id, DomainName = module.search.name }
        metric      = "ClusterStatus.red"
        namespace   = "AWS/ES"
        statistic   = "Maximum"
        threshold   = 0
      }
    }
    empty_secrets = []
    environment   = {}
    secrets       = module.search_secrets.arns
    statements    = []
  }
}

module "search" {
  source = "../opensearch"

  arn_prefix         = "arn:${local.partition}:es:${var.region}:${local.account_id}"
  instance_type      = { small = "t3.small.search", large = "m7g.large.search" }[var.size]
  instances          = { small = 1, large = var.zones }[var.size]
  kms_key_arn        = module.key.arn
  log_retention_days = var.log_retention_days
  # A domain's name has 28 characters.
  name              = trimsuffix(substr(local.full_name, 0, 28), "-")
  security_group_id = module.security_groups.ids["search"]
  storage_gib       = { small = 20, large = 100 }[var.size]
  subnet_ids        = module.network.data_subnet_ids
}

module "search_secrets" {
  source = "../secrets"

  filled        = ["ELASTICSEARCH_URL"]
  kms_key_arn   = module.key.arn
  names         = ["ELASTICSEARCH_URL"]
  prefix        = "${var.name}/${var.environment}"
  recovery_days = local.recovery_days
  values        = { ELASTICSEARCH_URL = "https://app:${urlencode(module.search.password)}@${module.search.endpoint}:443" }
}
