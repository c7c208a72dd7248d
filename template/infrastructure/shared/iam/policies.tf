data "aws_iam_policy_document" "build" {
  # It gives a token for all of ECR, and knows no resource.
  statement {
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:DescribeImages",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    resources = ["arn:aws:ecr:${var.region}:${local.account_id}:repository/${var.name}"]
  }
}

# Register a revision with another image, migrate by it, put it into service, and back.
data "aws_iam_policy_document" "deploy" {
  for_each = var.environments

  # ECS's operations on task definitions know no resource.
  statement {
    actions   = ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions", "ecs:RegisterTaskDefinition"]
    resources = ["*"]
  }

  # A revision bears its release, and the one before it, as tags.
  statement {
    actions   = ["ecs:TagResource"]
    resources = ["${local.ecs}:task-definition/${var.name}-${each.key}-*"]
  }

  statement {
    actions   = ["ecs:DescribeServices", "ecs:UpdateService"]
    resources = ["${local.ecs}:service/${var.name}-${each.key}/*"]
  }

  statement {
    actions   = ["ecs:DescribeClusters"]
    resources = ["${local.ecs}:cluster/${var.name}-${each.key}"]
  }

  statement {
    actions   = ["ecs:RunTask"]
    resources = ["${local.ecs}:task-definition/${var.name}-${each.key}-migrate:*"]

    condition {
      test     = "ArnEquals"
      values   = ["${local.ecs}:cluster/${var.name}-${each.key}"]
      variable = "ecs:cluster"
    }
  }

  statement {
    actions   = ["ecs:DescribeTasks"]
    resources = ["${local.ecs}:task/${var.name}-${each.key}/*"]
  }

  statement {
    actions   = ["iam:PassRole"]
    resources = [for role in ["execution", "task"] : "arn:aws:iam::${local.account_id}:role/${var.name}-${each.key}-${role}"]

    condition {
      test     = "StringEquals"
      values   = ["ecs-tasks.amazonaws.com"]
      variable = "iam:PassedToService"
    }
  }

  statement {
    actions   = ["ecr:DescribeImages"]
    resources = ["arn:aws:ecr:${var.region}:${local.account_id}:repository/${var.name}"]
  }

  # What a migration said.
  statement {
    actions   = ["logs:GetLogEvents"]
    resources = ["arn:aws:logs:${var.region}:${local.account_id}:log-group:/ecs/${var.name}-${each.key}-*:*"]
  }
}
