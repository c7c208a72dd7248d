output "arn_suffix" {
  description = "What metrics call the load balancer."
  value       = aws_lb.this.arn_suffix
}

output "dns_name" {
  description = "Host name that AWS gave the load balancer."
  value       = aws_lb.this.dns_name
}

output "target_group_arn" {
  description = "Where the tasks of the API register."
  # Nothing may register before a rule leads there: ECS refuses a target group without a load balancer.
  value      = aws_lb_target_group.this.arn
  depends_on = [aws_lb_listener_rule.ours]
}

output "target_group_arn_suffix" {
  description = "What metrics call the target group."
  value       = aws_lb_target_group.this.arn_suffix
}

output "zone_id" {
  description = "Zone of that host name, for alias records."
  value       = aws_lb.this.zone_id
}
