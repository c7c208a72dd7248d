# One key for all that an environment stores: whoever deletes it loses that, so it waits a month.
resource "aws_kms_key" "this" {
  deletion_window_in_days = 30
  description             = "Everything that ${var.name} stores"
  enable_key_rotation     = true
  policy                  = data.aws_iam_policy_document.this.json
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}

data "aws_iam_policy_document" "this" {
  # checkov:skip=CKV_AWS_109:a policy of a key, which is about that key alone
  # checkov:skip=CKV_AWS_111:a policy of a key, which is about that key alone
  # checkov:skip=CKV_AWS_356:a policy of a key, which is about that key alone
  # Without it no policy of a role counts, and the key could be lost to everybody.
  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      identifiers = ["arn:${var.partition}:iam::${var.account_id}:root"]
      type        = "AWS"
    }
  }

  statement {
    sid       = "Logs"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    resources = ["*"]

    principals {
      identifiers = ["logs.${var.region}.amazonaws.com"]
      type        = "Service"
    }

    condition {
      test     = "ArnLike"
      values   = ["arn:${var.partition}:logs:${var.region}:${var.account_id}:log-group:*"]
      variable = "kms:EncryptionContext:aws:logs:arn"
    }
  }

  statement {
    sid       = "Alarms"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      identifiers = ["cloudwatch.amazonaws.com"]
      type        = "Service"
    }

    condition {
      test     = "StringEquals"
      values   = [var.account_id]
      variable = "aws:SourceAccount"
    }
  }
}
