mock_provider "aws" {
  override_during = plan

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:acme-dev-alarms" }
  }
}

variables {
  addresses = ["team@example.com"]
  alarms = {
    errors  = { description = "5xx", dimensions = { LoadBalancer = "app/acme/1" }, metric = "HTTPCode_Target_5XX_Count", namespace = "AWS/ApplicationELB", statistic = "Sum", threshold = 10 }
    latency = { description = "Slow", dimensions = { LoadBalancer = "app/acme/1" }, metric = "TargetResponseTime", namespace = "AWS/ApplicationELB", statistic = "p95", threshold = 1 }
    storage = { below = true, description = "Full", dimensions = { DBInstanceIdentifier = "acme" }, metric = "FreeStorageSpace", namespace = "AWS/RDS", statistic = "Minimum", threshold = 1 }
  }
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1"
  name        = "acme-dev"
  region      = "us-east-1"
}

run "an_alarm_says_which_way_and_who_is_told" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["storage"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.this["errors"].comparison_operator == "GreaterThanThreshold"
    error_message = "An alarm looks the wrong way."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["latency"].extended_statistic == "p95" && aws_cloudwatch_metric_alarm.this["latency"].statistic == null
    error_message = "A percentile is no statistic."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["errors"].alarm_actions == toset(["arn:aws:sns:us-east-1:123456789012:acme-dev-alarms"])
    error_message = "Nobody is told."
  }
}

run "each_alarm_has_a_graph" {
  command = plan

  assert {
    condition     = [for one in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : "${one.properties.title} ${one.x} ${one.y}"] == ["errors 0 0", "latency 8 0", "storage 16 0"]
    error_message = "A graph is missing or lies over another."
  }
}

run "what_is_missing_means_one_of_four_things" {
  command = plan

  variables {
    alarms = { errors = { description = "5xx", dimensions = {}, metric = "M", missing = "nothing", namespace = "N", statistic = "Sum", threshold = 1 } }
  }

  expect_failures = [var.alarms]
}
