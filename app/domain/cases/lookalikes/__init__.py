"""Cases that may be about one citizen."""
