"""What happens to real files, done to ours on purpose: a module a fault. `./dev faults` runs them all."""
