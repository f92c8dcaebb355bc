"""What was deleted and is here again: deleted again where nobody unlocked, and noted for the next unlock."""

from datetime import datetime

from kiosk.desk.audit.audit_log import KIOSK, Audit
from kiosk.home import Home
from kiosk.vault.reconcile import ReconcileReport
from kiosk.vault.vault import Vault


def reconcile(home: Home, vault: Vault, venue_key: str, now: datetime) -> ReconcileReport:
    """Bring list and pages together, and note where that deleted an entry again. Raises VaultError."""
    report = vault.reconcile()
    if report.erased and home.has_desk():  # nobody reads an audit where there is none
        Audit(home.audit, venue_key, lambda: now).note(KIOSK, "deleted again")
    return report
