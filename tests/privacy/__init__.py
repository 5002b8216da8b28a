"""What is kept of people, given and erased."""
