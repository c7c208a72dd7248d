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

# A roll-back needs older images, not all of them.
resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy = jsonencode({
    rules = [{
      action       = { type = "expire" }
      description  = "Keep the last hundred"
      rulePriority = 1
      selection    = { countNumber = 100, countType = "imageCountMoreThan", tagStatus = "any" }
    }]
  })
}
