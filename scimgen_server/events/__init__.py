"""Changes, and their delivery to hooks and the webhook."""
