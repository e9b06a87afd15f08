"""What WordPress does with an oEmbed answer of a site it does not know, written after its documented behaviour.

`wp_filter_oembed_result` (since 4.4) keeps few tags and attributes, puts the frame into a sandbox and, if there is a
quotation, hides the frame. `wp-embed.js` is loaded only for a quotation of the class `wp-embedded-content`; it shows the
frame on the first message with its secret, keeps its height between 200 and 1000 px, and follows a link to the frame's own
host if the reader was in the frame.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

ALLOWED = {
    "a": {"href"},
    "blockquote": set[str](),
    "iframe": {"src", "width", "height", "frameborder", "marginwidth", "marginheight", "scrolling", "title"},
}
SECRET = "abcdefghij"
HIDDEN = 'style="position: absolute; clip: rect(1px, 1px, 1px, 1px);"'
LISTENER = """
addEventListener("message", ({ data, source }) => {
  if (!data || !(data.secret || data.message || data.value) || /[^a-zA-Z0-9]/.test(data.secret)) return;
  for (const quote of document.querySelectorAll(`blockquote[data-secret="${data.secret}"]`)) quote.style.display = "none";
  for (const frame of document.querySelectorAll(`iframe[data-secret="${data.secret}"]`)) {
    if (source !== frame.contentWindow) continue;
    frame.removeAttribute("style");
    if (data.message === "height") frame.height = Math.min(1000, Math.max(200, Math.trunc(data.value)));
    if (data.message === "link" && new URL(data.value).host === new URL(frame.src).host && document.activeElement === frame)
      top.location.href = data.value;
  }
});
addEventListener("DOMContentLoaded", () => {
  for (const frame of document.querySelectorAll("iframe.wp-embedded-content"))
    frame.contentWindow.postMessage({ message: "ready", secret: frame.dataset.secret }, "*");
});
"""


class _Cleaned(HTMLParser):
    def __init__(self, allowed: dict[str, set[str]]) -> None:
        super().__init__()
        self.allowed, self.html = allowed, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.allowed:
            kept = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs if name in self.allowed[tag])
            self.html += f"<{tag}{kept}>"

    def handle_endtag(self, tag: str) -> None:
        if tag in self.allowed:
            self.html += f"</{tag}>"

    def handle_data(self, data: str) -> None:
        self.html += escape(data)


def cleaned(html: str, allowed: dict[str, set[str]]) -> str:
    """`html` with these tags and attributes only; the words in others stay, as `wp_kses` has it."""
    parser = _Cleaned(allowed)
    parser.feed(html)
    return parser.html


def embedded(html: str) -> str:
    """What stands in the post for `html` of an oEmbed answer; nothing if there is no frame in it."""
    found = re.search(r"(<blockquote>.*?</blockquote>)?.*(<iframe.*?></iframe>)", cleaned(html, ALLOWED), re.DOTALL)
    if found is None:
        return ""
    quote, frame = found[1] or "", found[2]
    frame = re.sub(r' src="(.*?)"', rf' src="\1#?secret={SECRET}" data-secret="{SECRET}"', frame)
    if quote:
        quote = quote.replace("<blockquote", f'<blockquote class="wp-embedded-content" data-secret="{SECRET}"')
        frame = frame.replace("<iframe", f"<iframe {HIDDEN}")
    return quote + frame.replace("<iframe", '<iframe class="wp-embedded-content" sandbox="allow-scripts"')


def script_for(post: str) -> str:
    """The script that WordPress loads beside `post`, if any."""
    return LISTENER if re.search(r"<blockquote\s[^>]*?wp-embedded-content", post) else ""
