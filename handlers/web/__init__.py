"""How people and machines reach the bot over HTTP."""
