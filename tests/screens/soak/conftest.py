"""The figures of a long soak, told at its end."""

import os

from _pytest.terminal import TerminalReporter


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say what was measured, where the long form ran."""
    if not os.environ.get("TORTURE"):
        return
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            if "/soak/" in report.nodeid and report.when == "call":
                terminalreporter.section("soak")
                for name, figure in report.user_properties:
                    terminalreporter.write_line(f"{name}: {figure}")
