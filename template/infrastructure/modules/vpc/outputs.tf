output "cidr" {
  description = "Addresses of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "compute_subnet_ids" {
  description = "Private subnets of the tasks, one a zone."
  value       = aws_subnet.compute[*].id
}

output "data_subnet_ids" {
  description = "Private subnets of the data stores, one a zone."
  value       = aws_subnet.data[*].id
}

output "id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "Subnets of load balancer and NAT gateways, one a zone."
  value       = aws_subnet.public[*].id
}

output "s3_prefix_list_id" {
  description = "The addresses of S3 in this region, as the gateway routes them."
  value       = aws_vpc_endpoint.s3.prefix_list_id
}
