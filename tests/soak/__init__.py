"""The promise under fire: replicas killed at any moment, Slack and the mail server failing as they may."""
