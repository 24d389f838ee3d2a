"""What the child processes of learning jobs do: embed, train, evaluate, predict."""
