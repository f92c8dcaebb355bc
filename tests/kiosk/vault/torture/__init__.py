"""Power cuts, kills, failing calls and full disks: the vault under everything a machine may do to it."""
