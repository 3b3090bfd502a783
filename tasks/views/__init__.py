"""Pages of the tasks app. A view translates in, calls one action, translates out."""
