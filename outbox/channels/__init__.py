"""The ways out of the house, one module each, all with the same face: `open`, `send(message) -> Verdict`, `close`."""
