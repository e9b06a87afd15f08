"""What measurements share: a scenario, a stack to measure, load, and counters of calls and CPU."""
