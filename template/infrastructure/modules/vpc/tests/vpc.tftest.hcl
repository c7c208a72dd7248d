mock_provider "aws" {
  override_during = plan

  mock_data "aws_availability_zones" {
    defaults = { names = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"] }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/vpc/acme-dev" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/acme-dev-flow-logs" }
  }
}

variables {
  kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:key/1"
  log_retention_days = 30
  name               = "acme-dev"
  nat_per_zone       = true
  region             = "us-east-1"
  zones              = 3
}

run "the_subnets_are_those_of_the_guide" {
  command = plan

  assert {
    condition     = aws_subnet.public[*].cidr_block == ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
    error_message = "The public subnets are others."
  }
  assert {
    condition     = aws_subnet.compute[*].cidr_block == ["10.0.10.0/24", "10.0.11.0/24", "10.0.12.0/24"]
    error_message = "The subnets of the tasks are others."
  }
  assert {
    condition     = aws_subnet.data[*].cidr_block == ["10.0.20.0/24", "10.0.21.0/24", "10.0.22.0/24"]
    error_message = "The subnets of the data are others."
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 3
    error_message = "A zone has no NAT gateway of its own."
  }
}

run "one_gateway_serves_all_zones_where_that_is_wanted" {
  command = plan

  variables {
    nat_per_zone = false
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_route_table.compute) == 3
    error_message = "There are more gateways than one."
  }
}

run "one_zone_is_too_few" {
  command = plan

  variables {
    zones = 1
  }

  expect_failures = [var.zones]
}

run "another_mask_is_refused" {
  command = plan

  variables {
    cidr = "10.0.0.0/20"
  }

  expect_failures = [var.cidr]
}
