"""The emitted server, deeper than its own tests go: clients' forms, the grammar of filters, PATCH, integrity."""
