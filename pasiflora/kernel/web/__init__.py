"""Asking servers of the outside world: whom one may ask at all, and whether an address answers."""
