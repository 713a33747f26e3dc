"""From the bank in memory to the source tables: every function returns one table, all columns text."""
