# Each secret is called as the variable that a task gets it by.
resource "aws_secretsmanager_secret" "this" {
  # checkov:skip=CKV2_AWS_57:passwords_version and `just put-secrets` rotate: a URL and a key are no password that AWS could change
  for_each = var.names

  description             = "Environment variable ${each.key}"
  kms_key_id              = var.kms_key_arn
  name                    = "${var.prefix}/${each.key}"
  recovery_window_in_days = var.recovery_days
}

# What is not given here is filled in by hand, once.
resource "aws_secretsmanager_secret_version" "this" {
  for_each = var.filled

  secret_id                = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo         = var.values[each.key]
  secret_string_wo_version = var.values_version
}
