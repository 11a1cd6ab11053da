"""Exchange with chat tools: arrivals are stored before they are handled, deliveries are queued with their cause."""
