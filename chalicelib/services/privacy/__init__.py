"""What the law asks for: access, erasure, retention."""
