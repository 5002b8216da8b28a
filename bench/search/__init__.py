"""Search, measured: on judged sets and on real passages, both engines, beside SQLite's own full text."""
