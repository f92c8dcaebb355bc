"""The `kiosk` command, and `python -m kiosk`, which is the same."""

from kiosk.isolation import start_clean


def main() -> None:
    """Run the command, isolated and in a clean environment."""
    start_clean()
    from kiosk.cli.processes import run

    run()


if __name__ == "__main__":
    main()
