"""The stack under test as separate processes: started, killed, restarted, with a fake SES."""
