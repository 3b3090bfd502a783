"""Who may do what with people and credentials. Actions ask; templates ask the same to show a button."""
