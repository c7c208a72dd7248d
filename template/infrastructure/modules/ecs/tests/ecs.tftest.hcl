mock_provider "aws" {}

variables {
  name = "acme-dev"
}

run "the_cluster_counts_its_tasks" {
  command = plan

  assert {
    condition     = one(aws_ecs_cluster.this.setting).value == "enabled" && aws_ecs_cluster.this.name == "acme-dev"
    error_message = "Nobody sees how many tasks run."
  }
  assert {
    condition     = aws_ecs_cluster_capacity_providers.this.capacity_providers == toset(["FARGATE"])
    error_message = "Something else than Fargate runs tasks."
  }
}
