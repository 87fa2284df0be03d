"""Claims: the ledger, the judges and their verdicts."""
