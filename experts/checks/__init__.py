"""What a machine can say about a credential, and what it cannot: form, check digits, institutions, registers."""
