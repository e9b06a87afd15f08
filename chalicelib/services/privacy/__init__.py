"""What data protection law requires: access, erasure, retention."""
