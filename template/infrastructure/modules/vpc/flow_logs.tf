resource "aws_flow_log" "this" {
  iam_role_arn    = aws_iam_role.flow_logs.arn
  log_destination = aws_cloudwatch_log_group.flow_logs.arn
  tags            = { Name = var.name }
  traffic_type    = "ALL"
  vpc_id          = aws_vpc.this.id
}

resource "aws_cloudwatch_log_group" "flow_logs" {
  # checkov:skip=CKV_AWS_338:given by the environment: production keeps a year
  kms_key_id        = var.kms_key_arn
  name              = "/vpc/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role" "flow_logs" {
  assume_role_policy = data.aws_iam_policy_document.assume.json
  name               = "${var.name}-flow-logs"
}

resource "aws_iam_role_policy" "flow_logs" {
  name   = "write"
  policy = data.aws_iam_policy_document.write.json
  role   = aws_iam_role.flow_logs.id
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      identifiers = ["vpc-flow-logs.amazonaws.com"]
      type        = "Service"
    }
  }
}

data "aws_iam_policy_document" "write" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = [aws_cloudwatch_log_group.flow_logs.arn, "${aws_cloudwatch_log_group.flow_logs.arn}:*"]
  }
}
