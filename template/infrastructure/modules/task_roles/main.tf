# What starts a task (execution) and what the program in it may do (task) are two roles.
data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    condition {
      test     = "StringEquals"
      values   = [var.account_id]
      variable = "aws:SourceAccount"
    }

    principals {
      identifiers = ["ecs-tasks.amazonaws.com"]
      type        = "Service"
    }
  }
}

resource "aws_iam_role" "execution" {
  assume_role_policy = data.aws_iam_policy_document.assume.json
  name               = "${var.name}-execution"
}

resource "aws_iam_role_policy" "execution" {
  name   = "start-tasks"
  policy = data.aws_iam_policy_document.execution.json
  role   = aws_iam_role.execution.id
}

data "aws_iam_policy_document" "execution" {
  # It gives a token for all of ECR, and knows no resource.
  statement {
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [var.repository_arn]
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${var.log_group_prefix}*:*"]
  }

  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = var.secret_arns
  }

  statement {
    actions   = ["kms:Decrypt"]
    resources = [var.kms_key_arn]
  }
}

resource "aws_iam_role" "task" {
  assume_role_policy = data.aws_iam_policy_document.assume.json
  name               = "${var.name}-task"
}

resource "aws_iam_role_policy" "task" {
  name   = "run"
  policy = data.aws_iam_policy_document.task.json
  role   = aws_iam_role.task.id
}

data "aws_iam_policy_document" "task" {
  # X-Ray's operations know no resource.
  statement {
    actions   = ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = var.statements

    content {
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }
}
