"""The floor: clock, refusals, lifecycle moves, background nudges, HTTP edges. No word of the domain here."""
