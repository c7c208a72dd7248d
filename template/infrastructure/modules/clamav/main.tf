# Tasks find the scanner by a name inside the VPC.
resource "aws_service_discovery_private_dns_namespace" "this" {
  description = "Names inside ${var.name}"
  name        = "${var.name}.internal"
  vpc         = var.vpc_id
}

resource "aws_service_discovery_service" "this" {
  name = "clamav"

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.this.id
    routing_policy = "MULTIVALUE"

    dns_records {
      ttl  = 10
      type = "A"
    }
  }
}
