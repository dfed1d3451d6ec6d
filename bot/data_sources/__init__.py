"""What the AWS provider contributes to evaluation: data sources and computed attributes."""
