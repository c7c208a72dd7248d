# Documents: a DocumentDB cluster, and the service's way to it.
locals {
  documents_network = {
    callers = { documents = { description = "DocumentDB", group = "documents", port = 27017 } }
    egress  = {}
    groups  = { documents = "DocumentDB" }
    ingress = {
      documents = {
        api    = { description = "The API", group = "api", port = 27017 }
        worker = { description = "The worker", group = "worker", port = 27017 }
      }
    }
  }
  documents = {
    alarms = {
      documents-cpu = {
        description = "DocumentDB is short of processor."
        dimensions  = { DBClusterIdentifier = module.documents.name }
        metric      = "CPUUtilization"
        minutes     = 15
        namespace   = "AWS/DocDB"
        statistic   = "Average"
        threshold   = 80
      }
    }
    empty_secrets = []
    environment   = {}
    secrets       = module.documents_secrets.arns
    statements    = []
  }
  documents_password = sha256("documents ${var.password_seed}")
}

module "documents" {
  source = "../documentdb"

  backup_days         = var.database.backup_days
  deletion_protection = local.is_protected
  instance_class      = { small = "db.t4g.medium", large = "db.r6g.large" }[var.size]
  instances           = { small = 1, large = var.zones }[var.size]
  kms_key_arn         = module.key.arn
  name                = "${local.full_name}-documents"
  password            = local.documents_password
  password_version    = var.passwords_version
  security_group_id   = module.security_groups.ids["documents"]
  subnet_ids          = module.network.data_subnet_ids
}

module "documents_secrets" {
  source = "../secrets"

  filled         = ["MONGODB_URL"]
  kms_key_arn    = module.key.arn
  names          = ["MONGODB_URL"]
  prefix         = "${var.name}/${var.environment}"
  recovery_days  = local.recovery_days
  values         = { MONGODB_URL = "mongodb://app:${local.documents_password}@${module.documents.address}:27017/app?tls=true&tlsCAFile=${local.authorities_file}&replicaSet=rs0" }
  values_version = var.passwords_version
}
