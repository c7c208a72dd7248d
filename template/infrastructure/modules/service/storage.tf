# Storage: a bucket of the files, which the tasks' own role opens.
locals {
  storage = {
    alarms        = {}
    empty_secrets = []
    environment = {
      MINIO_BUCKET   = module.files.name
      MINIO_ENDPOINT = "s3.${var.region}.amazonaws.com"
      MINIO_PORT     = "443"
      MINIO_REGION   = var.region
      MINIO_TLS      = "true"
    }
    secrets = {}
    statements = [
      { actions = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], resources = ["${module.files.arn}/*"] },
      { actions = ["s3:ListBucket"], resources = [module.files.arn] },
      { actions = ["kms:Decrypt", "kms:GenerateDataKey"], resources = [module.key.arn] },
    ]
  }
}

module "files" {
  source = "../s3"

  account_id     = local.account_id
  kms_key_arn    = module.key.arn
  name           = "${local.full_name}-files-${local.account_id}"
  upload_origins = var.cors_allowed_origins
}
