variable "addresses" {
  description = "Who is told of an alarm; AWS asks each address once whether it wants to be."
  type        = set(string)
}

variable "alarms" {
  description = "The alarms, by name: a metric, and the threshold that it is past for so many minutes."
  type = map(object({
    below       = optional(bool, false)
    description = string
    dimensions  = map(string)
    metric      = string
    minutes     = optional(number, 5)
    missing     = optional(string, "notBreaching")
    namespace   = string
    statistic   = string
    threshold   = number
  }))

  validation {
    condition     = alltrue([for alarm in values(var.alarms) : contains(["notBreaching", "breaching", "missing", "ignore"], alarm.missing)])
    error_message = "missing is notBreaching, breaching, missing or ignore."
  }
}

variable "kms_key_arn" {
  description = "Key that messages are encrypted with."
  type        = string
}

variable "name" {
  description = "What dashboard and alarms are called."
  type        = string
}

variable "region" {
  description = "AWS region of the metrics."
  type        = string
}
