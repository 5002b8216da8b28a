"""The big sets: `make drill`."""
