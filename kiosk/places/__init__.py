"""Many places: how entries get from one installation to another, by a stick, a folder or an object store."""
