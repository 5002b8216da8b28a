"""The note as a file: one neutral document, and a writer for each form."""
