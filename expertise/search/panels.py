"""Where rooms above show something on the pages of search.

on_results  beside the line that says how many there are: function(viewer, asked) gives a Panel
at_start    a section of the page before anything is asked: function(viewer, None)
"""

from expertise.base.panels import Place

on_results = Place("search results")
at_start = Place("search start")
