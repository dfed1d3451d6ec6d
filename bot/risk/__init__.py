"""How bad is what was gained: rules, grades, score, findings."""
