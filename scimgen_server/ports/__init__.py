"""What the service needs of a store, as protocols without SQL."""
