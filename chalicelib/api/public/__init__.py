"""Routes for signers and for the pages that embed a form; without a key."""
