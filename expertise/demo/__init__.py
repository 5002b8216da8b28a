"""A small invented ministry that shows each journey; loaded through the verbs that people use."""
