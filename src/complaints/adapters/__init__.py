"""Where the product touches the world: one module for each thing outside, imported when it is used."""
