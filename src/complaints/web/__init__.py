"""What every HTTP entry point shares: reading requests, refusing in the caller's language, shaping answers. Pure."""
