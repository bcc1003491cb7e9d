"""How people reach the bot: Slack and the web."""
