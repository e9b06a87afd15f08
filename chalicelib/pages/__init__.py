"""Everything that people see in a browser. No routes, no storage, no clock."""
