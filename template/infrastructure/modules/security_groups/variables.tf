variable "egress" {
  description = "What each group may call: group, then a name for the rule, then the rule."
  type = map(map(object({
    cidr           = optional(string)
    description    = string
    group          = optional(string)
    port           = number
    prefix_list_id = optional(string)
    protocol       = optional(string, "tcp")
  })))

  validation {
    condition     = alltrue([for group in keys(var.egress) : contains(keys(var.groups), group)])
    error_message = "A rule belongs to a group that is not among groups."
  }
}

variable "groups" {
  description = "The groups, each with what it is for."
  type        = map(string)
}

variable "ingress" {
  description = "Who may call each group: group, then a name for the rule, then the rule."
  type = map(map(object({
    cidr           = optional(string)
    description    = string
    group          = optional(string)
    port           = number
    prefix_list_id = optional(string)
    protocol       = optional(string, "tcp")
  })))

  validation {
    condition     = alltrue([for group in keys(var.ingress) : contains(keys(var.groups), group)])
    error_message = "A rule belongs to a group that is not among groups."
  }

  validation {
    condition     = alltrue(flatten([for rules in values(var.ingress) : [for rule in values(rules) : rule.cidr == null]]))
    error_message = "Let nobody in by address: name the group or the prefix list that may call."
  }
}

variable "name" {
  description = "What the groups' names begin with."
  type        = string
}

variable "vpc_id" {
  description = "The VPC of the groups."
  type        = string
}
