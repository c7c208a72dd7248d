variable "kept_images" {
  description = "How many images are kept, the newest; a build of the workflow is three: the image, what is attested of it, the index of both."
  type        = number
  default     = 300
}

variable "name" {
  description = "The service's slug."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}
