"""Pages of the exports app. A view translates in, calls one action, translates out."""
