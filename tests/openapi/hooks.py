"""Values of the formats that the description names, so that most of what is asked for is good."""

import schemathesis
from hypothesis import strategies as st

UNITS = st.sampled_from(["ms", "s", "m"])
SPANS = st.builds("{}{}".format, st.integers(1, 9), UNITS)
LETTERS = st.characters(codec="utf-8", categories=["Lu", "Ll", "Lo", "Nd", "Po"])
FENS = [
    "rnbqkbnr/pppp1ppp/8/4p3/4P3/8/PPPP1PPP/RNBQKBNR w KQkq - 0 2",
    "4k3/8/8/8/8/8/4P3/4K3 b - - 0 1",
    "r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1",
    "8/8/8/8/8/8/8/8 w - - 0 1",
]

schemathesis.openapi.format("span", SPANS)
schemathesis.openapi.format("spread", st.builds("{}±{}".format, SPANS, SPANS))
schemathesis.openapi.format("time-control", st.builds("{}+{}".format, SPANS, SPANS))
schemathesis.openapi.format("start", st.sampled_from(["standard", "chess960", *FENS]))
schemathesis.openapi.format("entry-code", st.text("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=4, max_size=12))
schemathesis.openapi.format("text", st.text(LETTERS, max_size=2000))
schemathesis.openapi.format("visible", st.text(LETTERS, min_size=1, max_size=32))


def is_count(value, least):
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= 10_000


@schemathesis.hook
def map_body(context, body):
    """Settings that go together: no schema says that there are no more bots than boards, nor each board once. What is wrong
    by itself stays so."""
    if not isinstance(body, dict) or not is_count(body.get("boards", 2), 1):
        return body
    # Large ones take long to draw, and show nothing new.
    if "boards" in body:
        body["boards"] = min(body["boards"], 40)
    boards = body.get("boards", 2)
    if is_count(body.get("house_bots"), 0):
        body["house_bots"] = min(body["house_bots"], boards)
    seats = body.get("seats")
    if isinstance(seats, list) and all(isinstance(seat, dict) and is_count(seat.get("board"), 1) for seat in seats):
        for place, seat in enumerate(seats[:boards]):
            seat["board"] = place + 1
        del seats[boards:]
    return body
