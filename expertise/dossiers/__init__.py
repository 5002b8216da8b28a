"""What does a post know on a subject: where it stands, what was promised, who keeps it, and what it once said."""
