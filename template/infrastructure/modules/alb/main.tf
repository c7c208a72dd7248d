resource "aws_lb" "this" {
  # checkov:skip=CKV2_AWS_28:our CloudFront alone is answered, and the firewall is in front of that
  desync_mitigation_mode     = "strictest"
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection
  # Shorter than the service keeps an idle connection (75 s): the load balancer must be the one to close.
  idle_timeout       = 60
  internal           = false
  load_balancer_type = "application"
  name               = var.name
  security_groups    = [var.security_group_id]
  subnets            = var.subnet_ids

  access_logs {
    bucket  = var.log_bucket
    enabled = true
    prefix  = "alb"
  }
}

resource "aws_lb_target_group" "this" {
  # checkov:skip=CKV_AWS_378:TLS ends at the load balancer; from there to the task it is two security groups of one VPC
  # A task that was told to stop serves on for 15 seconds; then nothing comes any more.
  deregistration_delay = 30
  name                 = var.name
  port                 = var.port
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = var.vpc_id

  # The service answers its health paths whatever the host name. Unready is whoever has no PostgreSQL, and ECS
  # replaces what is unhealthy: ten misses are longer than a database takes to fail over.
  health_check {
    healthy_threshold   = 2
    interval            = 15
    matcher             = "200"
    path                = "/health/ready"
    timeout             = 5
    unhealthy_threshold = 10
  }
}

resource "aws_lb_listener" "https" {
  certificate_arn   = var.certificate_arn
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"

  # CloudFront's addresses are those of every customer's distribution: whoever brings none of ours goes no further.
  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "Call the service by its public name."
      status_code  = "403"
    }
  }
}

resource "aws_lb_listener_rule" "ours" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 1

  action {
    target_group_arn = aws_lb_target_group.this.arn
    type             = "forward"
  }

  condition {
    http_header {
      http_header_name = var.origin_header
      values           = [var.origin_secret]
    }
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
