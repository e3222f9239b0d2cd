"""What lichess-bot (2026.8) does on the wire, in a tenth of its length: its calls, timeouts and retries, the fields it reads, and
what each answer makes of it. Its engine is whoever plays any legal move.

Two things happen sooner: what it asks each hour it asks at the first keep-alive, and with `--patience` it wants to abort earlier.
"""

import itertools
import json
import queue
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import RemoteDisconnected

import chess
import requests
from common import any_move, guarded, in_thread, options, over, say
from requests.exceptions import ChunkedEncodingError, ConnectionError, HTTPError, ReadTimeout

parser = options(__doc__)
parser.add_argument("--concurrency", type=int, default=1)
parser.add_argument("--patience", type=float, default=30, metavar="SECONDS")
parser.add_argument("--draw-from", type=int, default=10_000, metavar="PLY")
options = parser.parse_args()

closed_until = {}
engines = {}


class Lichess:
    """The calls of one process. Lost connections, timeouts and 5xx are tried again for a minute, and nothing else is."""

    def __init__(self):
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {options.token}"
        self.session.headers["User-Agent"] = "lichess-bot/2026.8.2.1 user:?"

    def call(self, method, template, *names, timeout=2, **more):
        give_up = time.monotonic() + 60
        while True:
            if time.monotonic() < closed_until.get(template, 0):
                raise RuntimeError(f"{template} is rate limited")
            try:
                url = options.url + template.format(*names)
                response = self.session.request(method, url, timeout=timeout, **more)
                if response.status_code == 429:
                    closed_until[template] = time.monotonic() + 60
                response.raise_for_status()
                return response
            except (RemoteDisconnected, ConnectionError, HTTPError, ReadTimeout) as error:
                final = isinstance(error, HTTPError) and error.response.status_code < 500
                if final or time.monotonic() > give_up:
                    raise
                time.sleep(0.1)

    def get(self, template, *names, **more):
        return self.call("GET", template, *names, **more)

    def post(self, template, *names, **more):
        return self.call("POST", template, *names, **more).json()

    def ongoing(self):
        return self.get("/api/account/playing").json()["nowPlaying"]

    def is_on(self, game):
        try:
            return game in [other["gameId"] for other in self.ongoing()]
        except Exception:
            return True

    def chat(self, game, room, text):
        self.post("/api/bot/game/{}/chat", game, data={"room": room, "text": text})


class Game:
    """What it knows of a game, and the two clocks that the empty lines of the stream drive."""

    def __init__(self, full, username):
        self.id, self.state, self.variant = full["id"], full["state"], full["variant"]["name"]
        self.created = int(full["createdAt"]) / 1000
        self.initial_fen = full.get("initialFen")
        names = full["white"].get("name", ""), full["black"].get("name", "")
        # Whoever is not White is Black, even if they are neither.
        self.white = names[0].lower() == username.lower()
        clock = full.get("clock") or {}
        whole = (clock.get("initial", 0) + clock.get("increment", 0)) / 1000
        self.abort_at = time.monotonic() + options.patience
        self.terminate_at = time.monotonic() + whole + options.patience + 60

    def board(self):
        if self.variant.lower() == "chess960":
            board = chess.Board(self.initial_fen, chess960=True)
        elif self.variant == "From Position":
            board = chess.Board(self.initial_fen)
        elif self.variant == "Standard":
            board = chess.Board()
        else:
            raise ValueError(f"no variant is called {self.variant}")
        for uci in self.state["moves"].split():
            board.push_uci(uci)
        return board

    def is_over(self):
        return self.state["status"] != "started"

    def is_abortable(self):
        return " " not in self.state["moves"]

    def heard(self, board):
        side = "w" if board.turn else "b"
        left, increment = self.state[f"{side}time"], self.state[f"{side}inc"]
        if self.is_abortable():
            self.abort_at = time.monotonic() + options.patience
        self.terminate_at = time.monotonic() + (left + increment) / 1000 + 60

    def should_leave(self, lichess):
        """Asked at each empty line. An abort that is refused is an error, after which the game may still be on."""
        if self.is_abortable() and time.monotonic() > self.abort_at:
            say("aborting", game=self.id)
            lichess.post("/api/bot/game/{}/abort", self.id)
            return True
        return time.monotonic() > self.terminate_at


def play_game(game_id, username, events):
    """Plays a game; whatever goes wrong in it, but for a refusal, makes it open the stream again, for ten minutes."""
    for attempt in itertools.count():
        try:
            play_once(game_id, username)
            break
        except Exception as error:
            say("failed", game=game_id, error=repr(error))
            if isinstance(error, HTTPError) and error.response.status_code < 500 or attempt > 9:
                break
            time.sleep(random.uniform(0, 2**attempt))
    events.put({"type": "local_game_done", "game": {"id": game_id}})


def play_once(game_id, username):
    lichess = Lichess()
    lichess.session.headers["User-Agent"] = f"lichess-bot/2026.8.2.1 user:{username}"
    with lichess.get("/api/bot/game/stream/{}", game_id, stream=True, timeout=15) as response:
        lines = response.iter_lines()
        game = Game(json.loads(next(lines)), username)
        engines[game_id] = engines.get(game_id, 0) + 1
        say("engine", game=game_id, color="white" if game.white else "black", at_once=engines[game_id])
        try:
            how = follow(game, itertools.chain([json.dumps(game.state).encode()], lines), lichess)
        finally:
            engines[game_id] -= 1
    say("left", game=game_id, how=how)


def follow(game, lines, lichess):
    board, prior = chess.Board(), None
    while True:
        tried = False
        try:
            line = next(lines)
            update = json.loads(line) if line else {"type": "ping"}
            if update["type"] == "chatLine":
                say("heard", room=update["room"], username=update["username"], first=update["text"][0])
            elif update["type"] == "gameState":
                game.state = update
                board = game.board()
                changed = prior is None or prior["moves"] != update["moves"]
                if game.is_over():
                    over(game.id, update)
                    lichess.chat(game.id, "player", "Good game!")
                    lichess.chat(game.id, "spectator", "Thanks for watching!")
                elif changed and game.white == board.turn:
                    tried = True
                    play_turn(game, board, lichess)
                elif update.get("btakeback" if game.white else "wtakeback"):
                    lichess.post("/api/bot/game/{}/takeback/{}", game.id, "no")
                game.heard(board)
                prior = update
            elif update["type"] == "ping" and game.should_leave(lichess):
                return "gave up"
        except StopIteration:
            return "ended"
        except (HTTPError, ReadTimeout, RemoteDisconnected, ChunkedEncodingError, ConnectionError) as error:
            response = getattr(error, "response", None)
            say("error", game=game.id, status=getattr(response, "status_code", None), what=type(error).__name__)
            if not (tried or lichess.is_on(game.id)):
                return "not on"


def play_turn(game, board, lichess):
    if len(board.move_stack) < 2:
        lichess.chat(game.id, "player", "Hi! Good luck! Type !help for a list of commands I can respond to.")
        lichess.chat(game.id, "spectator", "Hi! Type !help for a list of commands I can respond to.")
    time.sleep(options.think)
    if board.ply() >= options.resign_at:
        lichess.post("/api/bot/game/{}/resign", game.id)
        return
    offer = str(board.ply() >= options.draw_from).lower()
    answer = lichess.post("/api/bot/game/{}/move/{}", game.id, any_move(board, options), params={"offeringDraw": offer})
    assert answer["ok"] is True, answer


def watch_events(events, lichess):
    """Keeps the event stream open: at once again after a clean end, after a second when it broke."""
    while True:
        try:
            with lichess.get("/api/stream/event", stream=True, timeout=15) as response:
                say("listening")
                for line in response.iter_lines():
                    events.put(json.loads(line) if line else {"type": "ping"})
            say("event stream ended")
        except Exception as error:
            say("event stream broke", what=type(error).__name__)
            time.sleep(1)


def challenged(challenge, username, lichess, active):
    """Every field is there, or that was the end of the program."""
    for key in ("id", "rated", "speed", "color"):
        challenge[key]
    challenge["variant"]["key"], challenge["perf"]["name"], challenge["timeControl"]
    if challenge["color"] == "random":
        challenge["finalColor"]
    if challenge.get("challenger", {}).get("name") == username:
        return
    [game["opponent"]["username"] for game in lichess.ongoing()]
    if len(active) < options.concurrency:
        lichess.post("/api/challenge/{}/accept", challenge["id"])
        active.add(challenge["id"])


def main():
    lichess = Lichess()
    info = lichess.post("/api/token/test", data=options.token).get(options.token)
    if not info or "bot:play" not in info.get("scopes", "").split(","):
        sys.exit("The token is unknown or must not play.")
    profile = lichess.get("/api/account").json()
    username = profile["username"]
    if profile.get("title") != "BOT":
        say("no bot", username=username)
        sys.exit(0)
    lichess.session.headers["User-Agent"] = f"lichess-bot/2026.8.2.1 user:{username}"
    active = {game["gameId"] for game in lichess.ongoing() if game["speed"] != "correspondence" and game["opponent"]["username"]}
    events = queue.Queue()
    in_thread(watch_events, events, Lichess(), daemon=True)
    checked = False
    # Further games wait until one of these is left.
    pool = ThreadPoolExecutor(options.concurrency + 1)
    while True:
        event = events.get()
        if event["type"] == "gameStart":
            game_id = event["game"]["id"]
            say("start", game=game_id, opponent=event["game"].get("opponent", {}).get("username", ""))
            active.add(game_id)
            pool.submit(play_game, game_id, username, events)
        elif event["type"] == "challenge":
            challenged(event["challenge"], username, lichess, active)
        elif event["type"] == "challengeDeclined":
            event["challenge"]["declineReason"], event["challenge"]["declineReasonKey"]
        elif event["type"] == "challengeCanceled":
            active.discard(event["challenge"]["id"])
        elif event["type"] == "local_game_done":
            active.discard(event["game"]["id"])
        elif event["type"] == "ping" and not checked:
            known = lichess.get("/api/users/status", params={"ids": profile["id"]}).json()
            assert known and known[0].get("online"), f"it would start anew: {known}"
            say("online")
            checked = True


guarded(main)
