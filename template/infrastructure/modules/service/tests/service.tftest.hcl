mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"
}

mock_provider "aws" {
  alias           = "us_east_1"
  override_during = plan
  source          = "./tests/mocks"
}

variables {
  alarm_addresses      = ["team@example.com"]
  api                  = { cpu = 512, least = 2, memory = 1024, most = 4 }
  cors_allowed_origins = ["https://app.example.com", "https://www.example.com"]
  database             = { backup_days = 7, instance_class = "db.t4g.small", multi_az = true, storage_gib = 20 }
  environment          = "production"
  host                 = "api.example.com"
  log_retention_days   = 30
  name                 = "acme"
  nat_per_zone         = true
  password_seed        = "not-a-password-but-as-long"
  passwords_version    = 1
  redis                = { node_type = "cache.t4g.small", replicas = 1, snapshot_days = 1 }
  region               = "us-east-1"
  size                 = "large"
  worker               = { cpu = 512, least = 1, memory = 1024, most = 4 }
  zone_name            = "example.com"
  zones                = 3
}

run "tasks_know_where_they_are_and_who_stands_in_front" {
  command = plan

  assert {
    condition     = local.environment["ENVIRONMENT"] == "production" && local.environment["ALLOWED_HOSTS"] == "api.example.com"
    error_message = "A task takes itself for another one."
  }
  assert {
    condition     = local.environment["TRUSTED_PROXY_HOPS"] == "2"
    error_message = "Callers' addresses are those of a proxy."
  }
  assert {
    condition     = local.environment["CORS_ALLOWED_ORIGINS"] == "https://app.example.com,https://www.example.com"
    error_message = "Pages of other origins may call."
  }
  assert {
    condition     = length(setsubtract(["DATABASE_URL", "JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY", "REDIS_URL", "SECRET_KEY"], keys(local.secrets))) == 0
    error_message = "A task lacks a secret."
  }
  assert {
    condition     = length(setsubtract(["acme/production/JWT_PRIVATE_KEY", "acme/production/JWT_PUBLIC_KEY", "acme/production/SECRET_KEY"], output.empty_secrets)) == 0
    error_message = "Nobody is told what to fill in."
  }
}

run "whatever_fails_is_heard_of" {
  command = plan

  assert {
    condition     = [for name in ["api", "schedule", "worker"] : local.core_alarms["${name}-running"].dimensions.ServiceName] == ["api", "schedule", "worker"]
    error_message = "A process can stop without a word."
  }
  assert {
    condition     = alltrue([for name in ["api", "schedule", "worker"] : local.core_alarms["${name}-running"].dimensions.ClusterName == "acme-production"])
    error_message = "Another cluster is watched."
  }
  assert {
    condition     = { for name, alarm in local.redis_alarms : name => alarm.dimensions } == { redis-memory-1 = { CacheClusterId = "acme-production-001" }, redis-memory-2 = { CacheClusterId = "acme-production-002" } }
    error_message = "Metrics of ElastiCache are those of a node each."
  }
  assert {
    condition     = local.core_alarms["api-errors"].metric == "HTTPCode_Target_5XX_Count" && local.core_alarms["api-unanswered"].metric == "HTTPCode_ELB_5XX_Count"
    error_message = "What the load balancer answers itself is no answer of the API's."
  }
  assert {
    condition     = local.core_alarms["api-unanswered"].dimensions == local.core_alarms["api-errors"].dimensions && length(setsubtract([for name in keys(local.core_alarms) : "acme-production-${name}"], module.monitoring.alarms)) == 0
    error_message = "An alarm is missing, or about another load balancer."
  }
}

run "development_calls_itself_so" {
  command = plan

  variables {
    environment = "dev"
    size        = "small"
    zones       = 2
  }

  assert {
    condition     = local.environment["ENVIRONMENT"] == "development" && output.cluster == "acme-dev"
    error_message = "The service knows no environment called dev."
  }
  assert {
    condition     = local.recovery_days == 0 && !local.is_protected
    error_message = "Development can't be made anew."
  }
}

run "there_are_three_environments" {
  command = plan

  variables {
    environment = "test"
  }

  expect_failures = [var.environment]
}

run "the_host_is_in_the_zone" {
  command = plan

  variables {
    host = "api.example.org"
  }

  expect_failures = [var.host]
}

run "certificates_of_databases_come_by_tls" {
  command = plan

  variables {
    authorities_url = "http://truststore.example.com/bundle.pem"
  }

  expect_failures = [var.authorities_url]
}

run "a_size_is_one_of_two" {
  command = plan

  variables {
    size = "medium"
  }

  expect_failures = [var.size]
}

run "a_slug_is_short" {
  command = plan

  variables {
    name = "a-slug-that-is-longer-than-20"
  }

  expect_failures = [var.name]
}
