"""Where was that note? The index, the reading of text and questions, ranking, and the results page."""
