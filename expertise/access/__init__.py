"""May this viewer do that? Every permission rule on one page (rules.py), and the door that asks it (gate.py)."""
