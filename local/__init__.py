"""The local stack: everything AWS does for Undersigned, on one machine; never deployed, never imported by the app."""
