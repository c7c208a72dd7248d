# Alarms as data, and a dashboard with a graph for each.
resource "aws_sns_topic" "alarms" {
  kms_master_key_id = var.kms_key_arn
  name              = "${var.name}-alarms"
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each = var.addresses

  endpoint  = each.value
  protocol  = "email"
  topic_arn = aws_sns_topic.alarms.arn
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = var.alarms

  alarm_actions       = [aws_sns_topic.alarms.arn]
  alarm_description   = each.value.description
  alarm_name          = "${var.name}-${each.key}"
  comparison_operator = each.value.below ? "LessThanThreshold" : "GreaterThanThreshold"
  dimensions          = each.value.dimensions
  evaluation_periods  = each.value.minutes
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  metric_name         = each.value.metric
  namespace           = each.value.namespace
  ok_actions          = [aws_sns_topic.alarms.arn]
  period              = 60
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  threshold           = each.value.threshold
  treat_missing_data  = each.value.missing
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = [
      for index, name in sort(keys(var.alarms)) : {
        height = 6
        type   = "metric"
        width  = 8
        x      = index % 3 * 8
        y      = floor(index / 3) * 6
        properties = {
          annotations = { horizontal = [{ label = "alarm", value = var.alarms[name].threshold }] }
          metrics = [concat(
            [var.alarms[name].namespace, var.alarms[name].metric],
            flatten([for key in sort(keys(var.alarms[name].dimensions)) : [key, var.alarms[name].dimensions[key]]]),
          )]
          period = 60
          region = var.region
          stat   = var.alarms[name].statistic
          title  = name
          view   = "timeSeries"
        }
      }
    ]
  })
}
