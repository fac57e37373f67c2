"""Inside a council's learning system: LTI 1.3."""
