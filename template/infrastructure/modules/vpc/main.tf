# Network: the guide's subnets in up to three zones. 10.0.30.0/24 and 10.0.31.0/24 stay free for messaging.
locals {
  zones    = slice(data.aws_availability_zones.available.names, 0, var.zones)
  gateways = var.nat_per_zone ? var.zones : 1
}

data "aws_availability_zones" "available" {
  # checkov:skip=CKV_AWS_394:the first by name are taken, and a new zone comes last
  state = "available"

  # No local zones, which have no load balancers and sort before the others.
  filter {
    name   = "zone-type"
    values = ["availability-zone"]
  }
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
  enable_dns_support   = true
  tags                 = { Name = var.name }
}

# Nothing may use the group that a VPC comes with.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_subnet" "public" {
  count = var.zones

  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.cidr, 8, 1 + count.index)
  tags              = { Name = "${var.name}-public-${count.index}" }
  vpc_id            = aws_vpc.this.id
}

resource "aws_subnet" "compute" {
  count = var.zones

  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.cidr, 8, 10 + count.index)
  tags              = { Name = "${var.name}-compute-${count.index}" }
  vpc_id            = aws_vpc.this.id
}

resource "aws_subnet" "data" {
  count = var.zones

  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.cidr, 8, 20 + count.index)
  tags              = { Name = "${var.name}-data-${count.index}" }
  vpc_id            = aws_vpc.this.id
}

resource "aws_internet_gateway" "this" {
  tags   = { Name = var.name }
  vpc_id = aws_vpc.this.id
}

resource "aws_eip" "nat" {
  count = local.gateways

  domain = "vpc"
  tags   = { Name = "${var.name}-nat-${count.index}" }
}

resource "aws_nat_gateway" "this" {
  count = local.gateways

  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id
  tags          = { Name = "${var.name}-${count.index}" }

  depends_on = [aws_internet_gateway.this]
}

resource "aws_route_table" "public" {
  tags   = { Name = "${var.name}-public" }
  vpc_id = aws_vpc.this.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this.id
  }
}

resource "aws_route_table" "compute" {
  count = var.zones

  tags   = { Name = "${var.name}-compute-${count.index}" }
  vpc_id = aws_vpc.this.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.this[min(count.index, local.gateways - 1)].id
  }
}

# No way out: what keeps data calls nobody.
resource "aws_route_table" "data" {
  tags   = { Name = "${var.name}-data" }
  vpc_id = aws_vpc.this.id
}

resource "aws_route_table_association" "public" {
  count = var.zones

  route_table_id = aws_route_table.public.id
  subnet_id      = aws_subnet.public[count.index].id
}

resource "aws_route_table_association" "compute" {
  count = var.zones

  route_table_id = aws_route_table.compute[count.index].id
  subnet_id      = aws_subnet.compute[count.index].id
}

resource "aws_route_table_association" "data" {
  count = var.zones

  route_table_id = aws_route_table.data.id
  subnet_id      = aws_subnet.data[count.index].id
}

# Objects and the layers of images go this way, past the NAT gateways and their price.
resource "aws_vpc_endpoint" "s3" {
  route_table_ids   = aws_route_table.compute[*].id
  service_name      = "com.amazonaws.${var.region}.s3"
  tags              = { Name = "${var.name}-s3" }
  vpc_endpoint_type = "Gateway"
  vpc_id            = aws_vpc.this.id
}
