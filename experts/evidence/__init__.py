"""Files that support a credential: checked in a locked-down process, cleaned, sealed, kept. Pure: no database here."""
