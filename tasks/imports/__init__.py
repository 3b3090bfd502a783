"""From a file of strangers' rows to tasks: readers, fields, staging. Readers and fields know no database."""
