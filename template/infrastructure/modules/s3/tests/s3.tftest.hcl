mock_provider "aws" {
  override_during = plan

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::acme-dev-backups-123456789012" }
  }
}

variables {
  account_id   = "123456789012"
  expire_days  = 365
  glacier_days = 30
  kms_key_arn  = "arn:aws:kms:us-east-1:123456789012:key/1"
  name         = "acme-dev-backups-123456789012"
}

run "what_is_old_goes_to_glacier_and_then_for_good" {
  command = plan

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.this.rule[0].transition).storage_class == "GLACIER" && one(aws_s3_bucket_lifecycle_configuration.this.rule[0].transition).days == 30
    error_message = "Nothing goes to Glacier."
  }
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].days == 365
    error_message = "Nothing goes for good."
  }
}

run "nothing_is_public_and_all_is_encrypted" {
  command = plan

  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.ignore_public_acls && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    error_message = "Something can be made public."
  }
  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm == "aws:kms"
    error_message = "It is encrypted by another key."
  }
  assert {
    condition     = length(aws_s3_bucket_cors_configuration.this) == 0
    error_message = "Pages may send to it."
  }
}

run "pages_of_named_origins_may_send_files" {
  command = plan

  variables {
    upload_origins = ["https://app.example.com"]
  }

  assert {
    condition     = one(aws_s3_bucket_cors_configuration.this[0].cors_rule).allowed_origins == toset(["https://app.example.com"])
    error_message = "Other pages may send files."
  }
}

run "a_bucket_has_small_letters" {
  command = plan

  variables {
    name = "Acme_Backups"
  }

  expect_failures = [var.name]
}
