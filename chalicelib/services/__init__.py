"""One module per promise; what the routes and events call. It knows storage, mail and pages, and no HTTP."""
