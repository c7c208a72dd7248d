mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  account_id = "123456789012"
  name       = "acme-dev"
  region     = "us-east-1"
}

run "the_key_rotates_and_waits_before_it_is_gone" {
  command = plan

  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.deletion_window_in_days == 30
    error_message = "The key doesn't rotate, or is gone at once."
  }
  assert {
    condition     = aws_kms_alias.this.name == "alias/acme-dev"
    error_message = "The key's alias is another."
  }
}

run "an_account_has_twelve_digits" {
  command = plan

  variables {
    account_id = "1234"
  }

  expect_failures = [var.account_id]
}
