# The bucket of all other states. Its own state stays on the machine that made it: whoever loses it brings it back by
# `terraform import module.bucket.aws_s3_bucket.this NAME`.
data "aws_caller_identity" "current" {}

module "bucket" {
  source = "../../modules/s3"

  account_id      = data.aws_caller_identity.current.account_id
  kms_key_arn     = aws_kms_key.state.arn
  name            = "${var.name}-state-${data.aws_caller_identity.current.account_id}"
  noncurrent_days = 365
}

# States hold a few passwords: whoever may read the bucket alone gets none.
resource "aws_kms_key" "state" {
  deletion_window_in_days = 30
  description             = "Terraform states of ${var.name}"
  enable_key_rotation     = true
  policy                  = data.aws_iam_policy_document.key.json
}

data "aws_iam_policy_document" "key" {
  # checkov:skip=CKV_AWS_109:a policy of a key, which is about that key alone
  # checkov:skip=CKV_AWS_111:a policy of a key, which is about that key alone
  # checkov:skip=CKV_AWS_356:a policy of a key, which is about that key alone
  statement {
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
      type        = "AWS"
    }
  }
}
