# GitHub's workflows come by OpenID Connect: no key of AWS is kept anywhere.
locals {
  account_id = data.aws_caller_identity.current.account_id
  ecs        = "arn:aws:ecs:${var.region}:${local.account_id}"
  github     = "https://token.actions.githubusercontent.com"
  # Who may have a role, by what GitHub says of the job.
  subjects = merge(
    { build = "repo:${var.github_repository}:ref:refs/heads/main" },
    { for environment in var.environments : "deploy-${environment}" => "repo:${var.github_repository}:environment:${environment}" },
  )
}

data "aws_caller_identity" "current" {}

# AWS trusts GitHub's certificate by its own list of authorities, and asks for no thumbprint. An account has it once.
resource "aws_iam_openid_connect_provider" "github" {
  count = var.create_oidc_provider ? 1 : 0

  client_id_list = ["sts.amazonaws.com"]
  url            = local.github
}

data "aws_iam_openid_connect_provider" "github" {
  count = var.create_oidc_provider ? 0 : 1

  url = local.github
}

data "aws_iam_policy_document" "assume" {
  for_each = local.subjects

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    condition {
      test     = "StringEquals"
      values   = ["sts.amazonaws.com"]
      variable = "token.actions.githubusercontent.com:aud"
    }

    condition {
      test     = "StringEquals"
      values   = [each.value]
      variable = "token.actions.githubusercontent.com:sub"
    }

    principals {
      identifiers = concat(aws_iam_openid_connect_provider.github[*].arn, data.aws_iam_openid_connect_provider.github[*].arn)
      type        = "Federated"
    }
  }
}

resource "aws_iam_role" "this" {
  for_each = local.subjects

  assume_role_policy   = data.aws_iam_policy_document.assume[each.key].json
  max_session_duration = 3600
  name                 = "${var.name}-${each.key}"
}

resource "aws_iam_role_policy" "build" {
  name   = "push-image"
  policy = data.aws_iam_policy_document.build.json
  role   = aws_iam_role.this["build"].id
}

resource "aws_iam_role_policy" "deploy" {
  for_each = var.environments

  name   = "deploy"
  policy = data.aws_iam_policy_document.deploy[each.key].json
  role   = aws_iam_role.this["deploy-${each.key}"].id
}
