"""In which order the characters of a line are shown where scripts of both directions meet (Unicode UAX #9).

Of its explicit marks only isolates are followed, which is what our own sentences use; names and comments are rid of marks
before they come here.
"""

from __future__ import annotations

import unicodedata

FIRST_STRONG, POP = "\u2068", "\u2069"
MARKS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NEUTRAL = frozenset(("B", "S", "WS", "ON", "FSI", "LRI", "RLI", "PDI", "BN", "LRE", "RLE", "LRO", "RLO", "PDF"))
RIGHT_TO_LEFT = frozenset(("R", "AL"))


def without_marks(text: str) -> str:
    """`text` without characters that only direct others."""
    return "".join(character for character in text if character not in MARKS)


def is_rtl(text: str, *, otherwise: bool = False) -> bool:
    """True when the first letter with a direction runs right to left (rules P2 and P3); without one `otherwise`."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in RIGHT_TO_LEFT:
            return True
        if kind == "L":
            return False
    return otherwise


def levels(text: str, *, rtl: bool) -> list[int]:
    """The level of each character of one line: those of odd levels run right to left."""
    base = int(rtl)
    if text.isascii() and not rtl:
        return [0] * len(text)
    kinds = [unicodedata.bidirectional(character) or "L" for character in text]
    isolates = _isolates(text)
    for begin, end in isolates:
        kinds[begin:end] = ["ON"] * (end - begin)
    _resolve_weak(kinds, "R" if rtl else "L")
    _resolve_neutral(kinds, "R" if rtl else "L")
    found = [_implicit(kind, base) for kind in kinds]
    for begin, end in isolates:
        inner = text[begin + 1 : end - 1]
        inner_rtl = is_rtl(inner)
        above = base + 1 if (base + 1) % 2 == inner_rtl else base + 2
        found[begin + 1 : end - 1] = [above - inner_rtl + level for level in levels(inner, rtl=inner_rtl)]
    trailing = len(text.rstrip())
    found[trailing:] = [base] * (len(text) - trailing)
    return found


def _isolates(text: str) -> list[tuple[int, int]]:
    """Where isolates of the first depth begin and end; one without an end is none."""
    found, depth, begin = [], 0, 0
    for place, character in enumerate(text):
        if character == FIRST_STRONG:
            begin = place if depth == 0 else begin
            depth += 1
        elif character == POP and depth:
            depth -= 1
            if depth == 0:
                found.append((begin, place + 1))
    return found


def _resolve_weak(kinds: list[str], base: str) -> None:
    """Rules W1 to W7."""
    _follow_the_letter_before(kinds, base)
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for place in range(1, len(kinds) - 1):
        before, kind, after = kinds[place - 1 : place + 2]
        if before == after and ((kind == "ES" and before == "EN") or (kind == "CS" and before in ("EN", "AN"))):
            kinds[place] = before
    _attach_terminators(kinds)
    strong = base
    for place, kind in enumerate(kinds):
        if kind in ("L", "R"):
            strong = kind
        elif kind in ("ES", "ET", "CS"):
            kinds[place] = "ON"
        elif kind == "EN" and strong == "L":
            kinds[place] = "L"


def _follow_the_letter_before(kinds: list[str], base: str) -> None:
    """Marks are what their letter is (W1), and numbers behind an Arabic letter are Arabic (W2)."""
    last, strong = base, base
    for place, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[place] = last
        elif kind == "EN" and strong == "AL":
            kinds[place] = "AN"
        if kinds[place] in ("L", "R", "AL"):
            strong = kinds[place]
        last = kinds[place]


def _attach_terminators(kinds: list[str]) -> None:
    place = 0
    while place < len(kinds):
        end = place
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        is_by_number = (end < len(kinds) and kinds[end] == "EN") or (place and kinds[place - 1] == "EN")
        if end > place and is_by_number:
            kinds[place:end] = ["EN"] * (end - place)
        place = end + 1 if end == place else end


def _resolve_neutral(kinds: list[str], base: str) -> None:
    """Rules N1 and N2: between two of one direction they follow it, elsewhere the paragraph."""
    place = 0
    while place < len(kinds):
        if kinds[place] not in NEUTRAL:
            place += 1
            continue
        end = place
        while end < len(kinds) and kinds[end] in NEUTRAL:
            end += 1
        before = _side(kinds[place - 1]) if place else base
        after = _side(kinds[end]) if end < len(kinds) else base
        kinds[place:end] = [before if before == after else base] * (end - place)
        place = end


def _side(kind: str) -> str:
    return "R" if kind in ("R", "AN", "EN") else "L"


def _implicit(kind: str, base: int) -> int:
    """Rules I1 and I2."""
    if base % 2 == 0:
        return base + {"R": 1, "AN": 2, "EN": 2}.get(kind, 0)
    return base + (0 if kind == "R" else 1)


def visual_order(run_levels: list[int]) -> list[int]:
    """The places of runs with these levels, from left to right (rule L2)."""
    order = list(range(len(run_levels)))
    for level in range(max(run_levels, default=0), 0, -1):
        place = 0
        while place < len(order):
            end = place
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            order[place:end] = reversed(order[place:end])
            place = max(end, place + 1)
    return order
