"""Authentication, tenant resolution and rate limits: everything before an endpoint."""
