"""Breaks the running stack on purpose, within bounds, and checks to the row that the promises held; never deployed."""
