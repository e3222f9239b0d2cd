"""Values of the formats that the description names, so that most of what is asked for is good."""

import schemathesis
from hypothesis import strategies as st

UNITS = st.sampled_from(["ms", "s", "m"])
SPANS = st.builds("{}{}".format, st.integers(1, 90), UNITS)
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
schemathesis.openapi.format("visible", st.text(LETTERS, min_size=1, max_size=32))
