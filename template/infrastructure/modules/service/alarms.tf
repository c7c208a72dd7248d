# A metric each, and how long it is past its threshold before somebody is told.
locals {
  core_alarms = merge(local.running_alarms, local.redis_alarms, {
    api-errors = {
      description = "The API answers with 5xx."
      dimensions  = { LoadBalancer = module.load_balancer.arn_suffix }
      metric      = "HTTPCode_Target_5XX_Count"
      namespace   = "AWS/ApplicationELB"
      statistic   = "Sum"
      threshold   = 10
    }
    api-latency = {
      description = "One request in twenty takes longer than a second."
      dimensions  = { LoadBalancer = module.load_balancer.arn_suffix }
      metric      = "TargetResponseTime"
      namespace   = "AWS/ApplicationELB"
      statistic   = "p95"
      threshold   = 1
    }
    api-unanswered = {
      description = "The load balancer answers with 5xx itself: no task of the API is there, or none answers in time."
      dimensions  = { LoadBalancer = module.load_balancer.arn_suffix }
      metric      = "HTTPCode_ELB_5XX_Count"
      namespace   = "AWS/ApplicationELB"
      statistic   = "Sum"
      threshold   = 10
    }
    api-unhealthy = {
      description = "A task of the API is not ready."
      dimensions  = { LoadBalancer = module.load_balancer.arn_suffix, TargetGroup = module.load_balancer.target_group_arn_suffix }
      metric      = "UnHealthyHostCount"
      namespace   = "AWS/ApplicationELB"
      statistic   = "Maximum"
      threshold   = 0
    }
    database-cpu = {
      description = "PostgreSQL is short of processor."
      dimensions  = { DBInstanceIdentifier = module.database.identifier }
      metric      = "CPUUtilization"
      minutes     = 15
      namespace   = "AWS/RDS"
      statistic   = "Average"
      threshold   = 80
    }
    database-storage = {
      below       = true
      description = "PostgreSQL has less than 2 GiB left, although it grows by itself."
      dimensions  = { DBInstanceIdentifier = module.database.identifier }
      metric      = "FreeStorageSpace"
      namespace   = "AWS/RDS"
      statistic   = "Minimum"
      threshold   = 2147483648
    }
  })

  # ElastiCache tells of nodes, not of their group.
  redis_alarms = {
    for number, node in module.redis.nodes : "redis-memory-${number + 1}" => {
      description = "A node of Redis is nearly full: cached values go early, and then jobs find no room."
      dimensions  = { CacheClusterId = node }
      metric      = "DatabaseMemoryUsagePercentage"
      namespace   = "AWS/ElastiCache"
      statistic   = "Maximum"
      threshold   = 80
    }
  }

  running_alarms = {
    for name, loss in { api = "nobody is answered", schedule = "nothing starts by itself", worker = "jobs wait" } :
    "${name}-running" => {
      below       = true
      description = "No ${name} runs: ${loss}."
      dimensions  = { ClusterName = module.cluster.name, ServiceName = module.process[name].name }
      metric      = "RunningTaskCount"
      missing     = "breaching"
      namespace   = "ECS/ContainerInsights"
      statistic   = "Minimum"
      threshold   = 1
    }
  }
}
