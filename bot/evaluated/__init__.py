"""What any front end yields: values, where they come from, resource instances, and what could not be read."""
