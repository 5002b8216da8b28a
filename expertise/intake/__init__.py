"""How does a ministry come in: people, posts, positions, postings, domains and words out of files, tried out first."""

from expertise.intake.views import bp

__all__ = ["bp"]
