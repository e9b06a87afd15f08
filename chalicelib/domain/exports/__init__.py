"""What an export contains and how it is written."""
