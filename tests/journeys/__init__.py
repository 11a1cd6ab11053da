"""One thing followed through the whole house."""
