"""The emitted tests: the server over HTTP, every resource type, and the contract of its storage."""
