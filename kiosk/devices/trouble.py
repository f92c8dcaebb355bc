"""What a customer is told where a printer fails."""

NO_ANSWER = "The printer does not answer. Tell a member of staff."
NOT_READY = "The printer is not ready. Tell a member of staff."
NO_PAPER = "The printer has no paper. Tell a member of staff."
OPEN = "The printer is open. Tell a member of staff."
STOPPED = "The printer stopped before the end. Tell a member of staff."
