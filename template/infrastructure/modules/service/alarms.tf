# A metric each, and how long it is past its threshold before somebody is told.
locals {
  core_alarms = {
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
    redis-memory = {
      description = "Redis is nearly full: cached values go early, and then jobs find no room."
      dimensions  = { ReplicationGroupId = module.redis.name }
      metric      = "DatabaseMemoryUsagePercentage"
      namespace   = "AWS/ElastiCache"
      statistic   = "Maximum"
      threshold   = 80
    }
    worker-running = {
      below       = true
      description = "No worker runs: jobs wait."
      dimensions  = { ClusterName = module.cluster.name, ServiceName = module.process["worker"].name }
      metric      = "RunningTaskCount"
      missing     = "breaching"
      namespace   = "ECS/ContainerInsights"
      statistic   = "Minimum"
      threshold   = 1
    }
  }
}
