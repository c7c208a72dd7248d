mock_provider "aws" {
  override_during = plan
}

variables {
  name   = "acme-dev"
  vpc_id = "vpc-1"
}

run "the_scanner_has_a_name_inside_the_vpc" {
  command = plan

  assert {
    condition     = output.host == "clamav.acme-dev.internal"
    error_message = "The scanner has another name."
  }
}
