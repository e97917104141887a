"""Site: settings, addresses, schedule."""
