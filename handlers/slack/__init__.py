"""How people reach the bot in Slack: one module a capability, each with an explicit `register`."""
