"""What rooms above show on the page of a search that found nothing; base/panels.py says how.

on_nothing    function(viewer, words) gives a Panel
"""

from expertise.base.panels import Place

on_nothing = Place("nothing found")
