mock_provider "aws" {
  override_during = plan

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_secretsmanager_random_password" {
    defaults = { random_password = "Not-a-passw0rd-but-as-long" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/opensearch/acme-staging" }
  }
}

variables {
  arn_prefix         = "arn:aws:es:us-east-1:123456789012"
  instance_type      = "t3.small.search"
  instances          = 3
  kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:key/1"
  log_retention_days = 30
  name               = "acme-staging"
  security_group_id  = "sg-1"
  storage_gib        = 20
  subnet_ids         = ["subnet-1", "subnet-2", "subnet-3"]
}

run "it_is_in_all_zones_behind_a_password_and_tls" {
  command = plan

  assert {
    condition     = aws_opensearch_domain.this.cluster_config[0].zone_awareness_config[0].availability_zone_count == 3
    error_message = "A zone can take all of it along."
  }
  assert {
    condition     = aws_opensearch_domain.this.advanced_security_options[0].enabled && aws_opensearch_domain.this.domain_endpoint_options[0].enforce_https
    error_message = "Anybody in the VPC can read it."
  }
}

run "one_node_is_in_one_zone" {
  command = plan

  variables {
    instances = 1
  }

  assert {
    condition     = length(aws_opensearch_domain.this.vpc_options[0].subnet_ids) == 1 && !aws_opensearch_domain.this.cluster_config[0].zone_awareness_enabled
    error_message = "AWS refuses one node in several zones."
  }
}

run "each_zone_has_as_many_nodes" {
  command = plan

  variables {
    instances = 2
  }

  expect_failures = [var.instances]
}

run "a_domain_has_a_short_name" {
  command = plan

  variables {
    name = "a-name-that-is-longer-than-28"
  }

  expect_failures = [var.name]
}

run "a_type_ends_with_search" {
  command = plan

  variables {
    instance_type = "t3.small"
  }

  expect_failures = [var.instance_type]
}
