"""Pictures and logos of campaigns: uploaded, checked, resized, served, and removed when nothing shows them any more."""
