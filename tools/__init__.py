"""Programs for the people who maintain the project; none of them is shipped."""
