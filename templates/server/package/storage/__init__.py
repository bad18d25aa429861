"""Where resources are kept. `interface` is what the protocol needs of a store, `sqlite` is one."""
