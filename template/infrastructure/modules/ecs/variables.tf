variable "name" {
  description = "What the cluster is called."
  type        = string
}
