"""Backups of the whole: taken from a live system, verified, and put back into an empty one."""
