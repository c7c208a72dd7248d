terraform {
  required_version = ">= 1.11.0, < 2.0.0"

  # Bucket and key are given by `terraform init`: docs/terraform.md has the command.
  # No `encrypt`: by itself it asks for S3's own key, instead of the one that the bucket has for all that comes.
  backend "s3" {
    use_lockfile = true
  }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 6.0.0"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

# What belongs to CloudFront must be there.
provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"

  default_tags {
    tags = local.tags
  }
}

locals {
  tags = { environment = var.environment, managed-by = "terraform", service = var.name }
}
