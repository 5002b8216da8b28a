"""The place on a domain's page that rooms above fill: function(viewer, domain). base/panels.py says how."""

from expertise.base.panels import Panel, Place

__all__ = ["Panel", "Place", "on_domain"]

on_domain = Place("domain")
