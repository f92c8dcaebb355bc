"""What a customer is told where a printer fails, and what staff are to do then."""

NO_ANSWER = "The printer does not answer. Tell a member of staff."
NOT_READY = "The printer is not ready. Tell a member of staff."
NO_PAPER = "The printer has no paper. Tell a member of staff."
OPEN = "The printer is open. Tell a member of staff."
STOPPED = "The printer stopped before the end. Tell a member of staff."

TO_DO = {
    NO_ANSWER: (
        "The printer does not answer. Is it switched on? Has it paper? Are both ends of its cable plugged in?"
    ),
    NOT_READY: "The printer is not ready. Look at its lights or display. Is it switched on? Has it paper?",
    NO_PAPER: "The printer has no paper. Put in some.",
    OPEN: "The printer is open. Close it.",
    STOPPED: "The printer stopped before the end. Look at its lights or display. Has it paper?",
}
"""What was told a customer → what staff are told."""
