"""The application, one module a use case: load, decide, commit, hand on. The only place where the pure parts and the
adapters meet."""
