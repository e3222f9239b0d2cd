"""A script with berserk's Board API, as one for a physical board would be: it asks for a game, plays it, and uses all there is.

It asks with a challenge or with a seek, beside its event stream. In the game it writes and reads the chat, offers a draw before
each of its moves, and refuses to take anything back.
"""

import berserk
from berserk.exceptions import ResponseError
from common import any_move, in_thread, options, over, position, say

parser = options(__doc__)
parser.add_argument("--challenge", metavar="NAME")
parser.add_argument("--seek", action="store_true")
options = parser.parse_args()
client = berserk.Client(berserk.TokenSession(options.token), base_url=options.url)
me = client.account.get()["username"]


def ask():
    if options.challenge:
        asked = client.challenges.create(
            options.challenge, rated=False, clock_limit=600, clock_increment=5, color="random", variant="standard"
        )
        say("challenged", id=asked["id"], status=asked["status"], direction=asked["direction"])
    if options.seek:
        client.board.seek(10, 5)
        say("sought")


def play(game):
    stream = client.board.stream_game_state(game)
    full = next(stream)
    white = full["white"]["name"] == me
    assert white or full["black"]["name"] == me, full
    client.board.post_message(game, "Good luck!")
    said = client.board.get_game_chat(game)
    assert {"user": me, "text": "Good luck!"} in said, said
    client.board.decline_takeback(game)
    go_on(game, full["initialFen"], full["state"], white)
    for line in stream:
        if line["type"] == "gameState":
            go_on(game, full["initialFen"], line, white)
    say("left", game=game)


def go_on(game, start, state, white):
    """Does what a state of the game asks for: a turn begins with the offer of a draw, whose echo asks for the move."""
    board = position(start, state["moves"])
    if state["status"] != "started":
        over(game, state)
    elif board.turn != white:
        pass
    elif board.ply() >= options.resign_at:
        client.board.resign_game(game)
    elif not state.get("wdraw" if white else "bdraw"):
        client.board.offer_draw(game)
    else:
        say("offered", game=game, ply=board.ply())
        try:
            client.board.make_move(game, any_move(board, options))
        except ResponseError as refusal:
            # The offer has been accepted meanwhile.
            say("refused", status=refusal.status_code)


in_thread(ask, daemon=True)
games = {}
for event in client.board.stream_incoming_events():
    if event["type"] == "gameStart" and event["game"]["gameId"] not in games:
        game = event["game"]["gameId"]
        say("start", game=game, color=event["game"]["color"])
        games[game] = in_thread(play, game)
    elif event["type"] == "gameFinish":
        say("finish", game=event["game"]["gameId"], status=event["game"]["status"]["name"])
        break
for thread in games.values():
    thread.join()
