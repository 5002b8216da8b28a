"""What runs in the child process: tells what a file is, refuses what is hostile, takes out its text, draws its pages.

Nothing here knows the application, and nothing outside of this folder reads the content of a file that somebody sent.
"""
