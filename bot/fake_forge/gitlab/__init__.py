"""The sandbox as a GitLab: its REST API, its rules, its webhooks."""
