mock_provider "aws" {}

variables {
  groups  = { api = "The API", database = "PostgreSQL" }
  egress  = { api = { database = { description = "PostgreSQL", group = "database", port = 5432 }, out = { cidr = "0.0.0.0/0", description = "APIs", port = 443 } } }
  ingress = { database = { api = { description = "The API", group = "api", port = 5432 } } }
  name    = "acme-dev"
  vpc_id  = "vpc-1"
}

run "a_rule_names_the_group_that_may_call" {
  command = apply

  assert {
    condition     = aws_vpc_security_group_ingress_rule.this["database-api"].referenced_security_group_id == aws_security_group.this["api"].id
    error_message = "The database lets in another group."
  }
  assert {
    condition     = sort(keys(aws_vpc_security_group_egress_rule.this)) == tolist(["api-database", "api-out"])
    error_message = "The API may call something else."
  }
}

run "nobody_is_let_in_by_address" {
  command = plan

  variables {
    ingress = { database = { world = { cidr = "0.0.0.0/0", description = "Everybody", port = 5432 } } }
  }

  expect_failures = [var.ingress]
}

run "a_rule_belongs_to_a_group_that_is_there" {
  command = plan

  variables {
    egress = { nobody = { out = { cidr = "0.0.0.0/0", description = "APIs", port = 443 } } }
  }

  expect_failures = [var.egress]
}
