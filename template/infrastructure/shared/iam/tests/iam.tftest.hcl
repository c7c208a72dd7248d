mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/of-another-service" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/of-this-one" }
  }
}

variables {
  github_repository = "acme@1/api@1"
  name              = "acme"
  region            = "us-east-1"
}

run "the_first_service_makes_github_known" {
  command = plan

  assert {
    condition     = alltrue([for policy in data.aws_iam_policy_document.assume : one(policy.statement[0].principals).identifiers == toset(["arn:aws:iam::123456789012:oidc-provider/of-this-one"])])
    error_message = "GitHub's workflows get no role."
  }
  assert {
    condition     = length(aws_iam_role.this) == 4 && length(data.aws_iam_openid_connect_provider.github) == 0
    error_message = "A role is missing, or something is asked for that isn't there yet."
  }
}

run "a_second_one_finds_it" {
  command = plan

  variables {
    create_oidc_provider = false
  }

  assert {
    condition     = alltrue([for policy in data.aws_iam_policy_document.assume : one(policy.statement[0].principals).identifiers == toset(["arn:aws:iam::123456789012:oidc-provider/of-another-service"])])
    error_message = "GitHub's workflows get no role."
  }
  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "AWS refuses a second one."
  }
}
