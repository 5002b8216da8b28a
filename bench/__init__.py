"""Measurements, beside the product."""
