"""The child process that reads a foreign file. Knows nothing of the application, and imports nothing of it."""
