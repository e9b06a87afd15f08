"""Everything people see in a browser: pages, their words and their languages. No routes, no storage, no clock."""
