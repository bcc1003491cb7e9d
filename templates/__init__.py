"""What the bot says: every sentence a person reads, in English, French and Spanish, and the code that renders it."""
