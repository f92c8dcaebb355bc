"""The staff side: keys, finding and opening entries."""
