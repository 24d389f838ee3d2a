"""Looking at recordings: single frames as pictures for a screen, exact to the frame, and who is where in them."""
