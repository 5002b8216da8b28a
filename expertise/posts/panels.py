"""The places on the pages of this room that rooms above fill; base/panels.py says how.

    on_post       the page of a post: function(viewer, post)
    on_position   the page of a position: function(viewer, position)
    on_person     the page of a person: function(viewer, person)
    chain_columns a column of the table of a position's holders: function(viewer, postings) gives a Column

Orders that keep the pages in the order of look.md: dossiers 10, handovers 20, contacts 30, expertise 40, rest 90.
"""

from expertise.base.panels import Columns, Panel, Place

__all__ = ["Panel", "Place", "chain_columns", "on_person", "on_position", "on_post"]

on_post = Place("post")
on_position = Place("position")
on_person = Place("person")
chain_columns = Columns("chain")
