"""What the vault costs: `make bench`, or `BENCH_MOST=10000 make bench` for a quick look."""
