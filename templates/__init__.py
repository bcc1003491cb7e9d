"""What the bot says: every sentence a person reads, in three languages, and the code that renders it."""
