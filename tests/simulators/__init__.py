"""Stand-ins for platforms, served on this machine: small, real, and able to misbehave."""
