"""Mutation testing: makes small faults in a copy of the sources, one at a time, and says which of them no test notices.

`make mutants` runs it; CONTRIBUTING says when. It never writes to the tree that it is run in.
"""
