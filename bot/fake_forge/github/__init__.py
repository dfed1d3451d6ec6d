"""The sandbox as a GitHub: its REST API, its rules, its webhooks."""
