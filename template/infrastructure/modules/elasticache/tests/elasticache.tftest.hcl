mock_provider "aws" {
  mock_data "aws_secretsmanager_random_password" {
    defaults = { random_password = "not-a-password-but-as-long" }
  }
}

variables {
  kms_key_arn       = "arn:aws:kms:us-east-1:123456789012:key/1"
  name              = "acme-staging"
  node_type         = "cache.t4g.small"
  replicas          = 1
  security_group_id = "sg-1"
  snapshot_days     = 1
  subnet_ids        = ["subnet-1", "subnet-2"]
}

run "it_speaks_tls_with_a_password_and_evicts_no_job" {
  command = plan

  assert {
    condition     = aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.at_rest_encryption_enabled == "true"
    error_message = "Something is readable."
  }
  assert {
    condition     = one(aws_elasticache_parameter_group.this.parameter).value == "volatile-lru"
    error_message = "Jobs can be evicted."
  }
  assert {
    condition     = aws_elasticache_replication_group.this.num_cache_clusters == 2 && aws_elasticache_replication_group.this.automatic_failover_enabled
    error_message = "Nobody takes over."
  }
  assert {
    condition     = output.nodes == ["acme-staging-001", "acme-staging-002"]
    error_message = "A node's metrics are looked for under another name."
  }
}

run "a_single_node_has_nobody_to_take_over" {
  command = plan

  variables {
    replicas = 0
  }

  assert {
    condition     = !aws_elasticache_replication_group.this.automatic_failover_enabled && !aws_elasticache_replication_group.this.multi_az_enabled
    error_message = "AWS refuses a single node that fails over."
  }
}

run "there_are_at_most_five_replicas" {
  command = plan

  variables {
    replicas = 6
  }

  expect_failures = [var.replicas]
}

run "a_type_begins_with_cache" {
  command = plan

  variables {
    node_type = "t4g.small"
  }

  expect_failures = [var.node_type]
}

run "a_name_fits" {
  command = plan

  variables {
    name = "a-name-that-is-longer-than-forty-characters"
  }

  expect_failures = [var.name]
}
