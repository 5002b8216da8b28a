"""Where rooms above show something on the pages of search; base/panels.py says how.

on_results  beside the line that says how many there are (`side`: the main action, top right, where something was
            found): function(viewer, asked) gives a Panel
at_start    a section of the page before anything is asked: function(viewer, None)
on_nothing  a section of the page of a search that found nothing: function(viewer, words)
"""

from expertise.base.panels import Place

on_results = Place("search results")
at_start = Place("search start")
on_nothing = Place("nothing found")
