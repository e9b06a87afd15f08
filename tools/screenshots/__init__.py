"""Every page and email that there is, and pictures of them."""
