"""What is said in Slack: one folder a capability, its templates and the code that fills them."""
