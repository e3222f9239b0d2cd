"""A script with berserk's Bot API: it plays every game that is started for its token, each in a thread of its own.

It ends when `--games` games have been finished. As scripts of this kind do, it dies of whatever it does not expect.
"""

import time

import berserk
from berserk.exceptions import ResponseError
from common import any_move, in_thread, options, over, position, say

parser = options(__doc__)
parser.add_argument("--games", type=int, default=1)
parser.add_argument("--watch", action="store_true", help="only, while another program plays")
parser.add_argument("--abort", action="store_true", help="try to, before the first move")
options = parser.parse_args()
client = berserk.Client(berserk.TokenSession(options.token), base_url=options.url)
me = client.account.get()
assert me["title"] == "BOT", me


def play(game, color):
    stream = client.bots.stream_game_state(game)
    full = next(stream)
    assert (full["type"], full[color]["name"]) == ("gameFull", me["username"]), full
    client.bots.post_message(game, "Good luck!")
    client.bots.post_message(game, "Hello to everybody who watches.", spectator=True)
    if options.abort:
        try_to_abort(game)
    go_on(game, full["initialFen"], full["state"], color)
    for line in stream:
        if line["type"] == "chatLine":
            say("heard", game=game, room=line["room"], username=line["username"], text=line["text"])
        else:
            go_on(game, full["initialFen"], line, color)
    say("left", game=game)


def go_on(game, start, state, color):
    """Does what a state of the game asks for."""
    board = position(start, state["moves"])
    if state["status"] != "started":
        over(game, state)
    elif options.watch or board.turn != (color == "white"):
        pass
    elif board.ply() >= options.resign_at:
        client.bots.resign_game(game)
    else:
        time.sleep(options.think)
        client.bots.make_move(game, any_move(board, options))


def try_to_abort(game):
    try:
        client.bots.abort_game(game)
        say("aborted", game=game)
    except ResponseError as refusal:
        say("refused", status=refusal.status_code, error=refusal.cause["error"])


games = {}
finished = set()
say("ready", username=me["username"])
for event in client.bots.stream_incoming_events():
    game = event["game"]["gameId"]
    if event["type"] == "gameStart" and game not in games:
        say("start", game=game, color=event["game"]["color"])
        games[game] = in_thread(play, game, event["game"]["color"])
    elif event["type"] == "gameFinish":
        say("finish", game=game, status=event["game"]["status"]["name"])
        finished.add(game)
        if len(finished) == options.games:
            break
for thread in games.values():
    thread.join()
