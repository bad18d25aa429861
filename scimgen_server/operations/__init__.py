"""Metrics and health probes for operators."""
