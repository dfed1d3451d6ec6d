"""What is known of each AWS resource type, a row each: what it grants, what it runs, its ARN, what it is named by."""
