"""The commands of an app's console script, one module each: `add` declares the arguments, `run` runs it."""
