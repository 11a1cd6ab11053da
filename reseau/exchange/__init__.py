"""Exchange with chat tools: what comes in is kept first, what goes out is queued with its cause."""
