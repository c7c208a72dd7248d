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
    tags = { environment = "shared", managed-by = "terraform", service = var.name }
  }
}
