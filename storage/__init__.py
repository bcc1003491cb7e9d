"""What the bot remembers: tables, queries, migrations and the data it ships with."""
