"""Pages of the experts app. A view translates in, calls one action, translates out."""
