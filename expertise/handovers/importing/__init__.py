"""The file that the leaver had written before: read in a child with limits, taken apart, and put where it belongs."""
