"""Made video of animals in an arena, with exact bouts and positions: for demonstrations, tests and benchmarks."""
