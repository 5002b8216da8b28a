"""Posts, positions and postings: who sat where, from when to when."""
