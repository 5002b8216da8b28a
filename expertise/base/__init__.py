"""What every room stands on: database, clock, languages, forms, and what search can be told. Knows no room."""
