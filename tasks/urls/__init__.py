"""Addresses of the tasks app, by who uses them."""
