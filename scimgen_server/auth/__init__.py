"""Authentication, tenant resolution and rate limits, which run before an endpoint."""
