"""The commands of the console script, a module each: `add` declares its arguments, and names what runs it."""
