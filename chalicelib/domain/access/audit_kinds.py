"""The acts in the audit log by kind, as admins look for them; a test finds every act that the code writes."""

from __future__ import annotations

KINDS: dict[str, tuple[str, ...]] = {
    "campaigns": ("campaign created", "campaign changed", "campaign deleted", "names removed"),
    "keys": ("key created", "key narrowed", "key revoked",
             "link_keys.rotated", "link_keys.replaced", "link_keys.forgotten"),
    "members": ("member invited", "member changed", "member removed", "signed in", "signed out everywhere"),
    "signatures": ("signature withdrawn", "signatures withdrawn", "withdrawal undone", "confirmation requested again",
                   "held signatures released", "held signatures dropped", "name hidden", "name shown again",
                   "names hidden", "names shown again",
                   "comment published", "comment refused", "comment set back"),
    "paper": ("paper signature entered", "paper sheet entered", "paper sheet undone"),
    "exports": ("export requested", "export removed", "packet requested", "packet removed"),
    "people": ("erasure begun", "erasure done", "access answered"),
    "emails": ("mail paused", "mail resumed"),
    "updates": ("update created", "update changed", "update deleted", "update sent", "update paused", "update resumed",
                "update stopped"),
}  # fmt: skip
