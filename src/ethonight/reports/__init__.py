"""Pages and pictures about results. Leaves: nobody below imports them."""
