"""What the community does: one module a capability. Knows no Slack, no HTML, no environment."""
