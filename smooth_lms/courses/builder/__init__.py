"""What authors do in the course builder, one function for each act. Every one asks whether the session's user may."""
