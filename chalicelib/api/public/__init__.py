"""Routes for signers and for the pages that embed a form; no key."""
