# Security groups as data: who may talk to whom is one map, in the service's module.
locals {
  ingress = merge([
    for group, rules in var.ingress : { for name, rule in rules : "${group}-${name}" => merge(rule, { owner = group }) }
  ]...)
  egress = merge([
    for group, rules in var.egress : { for name, rule in rules : "${group}-${name}" => merge(rule, { owner = group }) }
  ]...)
}

resource "aws_security_group" "this" {
  # checkov:skip=CKV2_AWS_5:other modules use the groups by their ids
  for_each = var.groups

  description = each.value
  name        = "${var.name}-${each.key}"
  tags        = { Name = "${var.name}-${each.key}" }
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = local.ingress

  cidr_ipv4                    = each.value.cidr
  description                  = each.value.description
  from_port                    = each.value.port
  ip_protocol                  = each.value.protocol
  prefix_list_id               = each.value.prefix_list_id
  referenced_security_group_id = each.value.group == null ? null : aws_security_group.this[each.value.group].id
  security_group_id            = aws_security_group.this[each.value.owner].id
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = local.egress

  cidr_ipv4                    = each.value.cidr
  description                  = each.value.description
  from_port                    = each.value.port
  ip_protocol                  = each.value.protocol
  prefix_list_id               = each.value.prefix_list_id
  referenced_security_group_id = each.value.group == null ? null : aws_security_group.this[each.value.group].id
  security_group_id            = aws_security_group.this[each.value.owner].id
  to_port                      = each.value.port
}
