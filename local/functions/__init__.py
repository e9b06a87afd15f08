"""Everything that calls the app's functions: API Gateway, the pollers of stream and queues, the schedule."""
