"""Terraform: what `terraform show -json` says of a plan or a state."""
