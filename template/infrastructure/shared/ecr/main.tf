# One repository for all environments: what staging ran is what production gets, by its digest.
resource "aws_ecr_repository" "this" {
  image_tag_mutability = "IMMUTABLE"
  name                 = var.name

  encryption_configuration {
    encryption_type = "KMS"
  }

  image_scanning_configuration {
    scan_on_push = true
  }
}

# A roll-back needs older images, not all of them. The rule doesn't know which one runs: docs/playbook.md, Roll back.
resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy = jsonencode({
    rules = [{
      action       = { type = "expire" }
      description  = "Keep the newest"
      rulePriority = 1
      selection    = { countNumber = var.kept_images, countType = "imageCountMoreThan", tagStatus = "any" }
    }]
  })
}
