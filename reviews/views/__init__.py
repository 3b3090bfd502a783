"""Pages of the reviews app. A view translates in, calls one action, translates out."""
