"""Records what real Terraform plans for the modules under tests/cases/modules_judged, with a small local provider."""
