"""Plans that `terraform show -json` prints, read as a source of values beside the configuration."""
