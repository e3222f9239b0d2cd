"""What BotLi does on the wire, in a tenth of its length: its calls, timeouts and retries, the fields it reads, and what each answer
makes of it. Its engine is whoever plays any legal move.

With `--patience` it wants to abort earlier. What is an exception that nobody of BotLi's hears of, and leaves it deaf, ends it; a game
that failed is `crashed`, and begun again only when it is announced again.
"""

import asyncio
import json
import os
import traceback

import aiohttp
import chess
from common import any_move, options, over, say

parser = options(__doc__)
parser.add_argument("--concurrency", type=int, default=1)
parser.add_argument("--patience", type=float, help="in seconds")
parser.add_argument("--ask", metavar="NAME", help="challenges somebody first")
options = parser.parse_args()

STREAM = aiohttp.ClientTimeout(sock_connect=5.0, sock_read=9.0)
UNSENT = (aiohttp.ClientError, asyncio.TimeoutError)


async def patiently(call, wait=5.0, errors=UNSENT):
    """Tries for ever, each time after `wait` seconds."""
    while True:
        try:
            return await call()
        except errors as error:
            say("again", what=type(error).__name__, wait=wait)
            await asyncio.sleep(wait)


class Api:
    def __init__(self, session):
        self.session = session

    async def json(self, method, path, **more):
        """Another type of content than JSON's is an error too, and so a reason to ask again."""

        async def call():
            async with self.session.request(method, path, **more) as response:
                return await response.json()

        return await patiently(call, errors=(*UNSENT, json.JSONDecodeError))

    async def post(self, path):
        """Whether it was granted."""

        async def call():
            async with self.session.post(path) as response:
                return response.ok

        return await patiently(call)

    async def stream(self, path, lines, wait):
        """Opens a stream again when it breaks, and never when it ends. What kind of answer it is nobody asks."""

        async def call():
            async with self.session.get(path, timeout=STREAM) as response:
                say("listening", path=path)
                async for line in response.content:
                    if line.strip():
                        lines.put_nowait(json.loads(line))

        await patiently(call, wait, errors=(*UNSENT, json.JSONDecodeError))
        say("deaf", path=path)

    async def move(self, game, uci, offer):
        async def call():
            path, params = f"/api/bot/game/{game}/move/{uci}", {"offeringDraw": str(offer).lower()}
            async with self.session.post(path, params=params, timeout=aiohttp.ClientTimeout(total=1.0)) as response:
                if response.status >= 500:
                    response.raise_for_status()
                return response.status

        status = await patiently(call, 1.0)
        if status != 200:
            say("refused", game=game, uci=uci, status=status)

    async def chat(self, game, room, text):
        data, timeout = {"room": room, "text": text}, aiohttp.ClientTimeout(total=1.0)
        try:
            async with self.session.post(f"/api/bot/game/{game}/chat", data=data, timeout=timeout) as response:
                response.raise_for_status()
        except UNSENT as error:
            say("unheard", game=game, error=repr(error))


class Game:
    def __init__(self, api, username, game_id):
        self.api, self.username, self.id = api, username, game_id

    async def run(self):
        lines = asyncio.Queue()
        self.stream = asyncio.create_task(self.api.stream(f"/api/bot/game/stream/{self.id}", lines, 1.0))
        full = await lines.get()
        assert full["type"] == "gameFull", full
        self.read(full)
        say("engine", game=self.id, color="white" if self.white else "black")
        if full["state"]["status"] != "started":
            return self.leave(full["state"])
        await self.greet("Good luck!", "Welcome!")
        if self.is_mine():
            await self.play()
        opponent = full["black" if self.white else "white"]
        patience = options.patience or (30 if opponent.get("title") == "BOT" else 60)
        abortion = asyncio.create_task(self.abort_after(patience))
        while event := await lines.get():
            if event["type"] == "chatLine":
                say("heard", room=event["room"], username=event["username"], text=event["text"])
                continue
            if event["type"] == "opponentGone":
                continue
            if event["type"] == "gameFull":
                event = event["state"]
            # Every other type is taken for a state.
            if event.get("wtakeback") or event.get("btakeback"):
                await self.api.post(f"/api/bot/game/{self.id}/takeback/no")
                continue
            news = self.update(event)
            if event["status"] != "started":
                self.leave(event)
                await self.greet("Good game!", "Thanks for watching!")
                break
            if news:
                self.turn = watched(self.play())
        abortion.cancel()

    def read(self, full):
        self.white = full["white"].get("name", "AI") == self.username
        assert full["id"] == self.id
        full["clock"]["initial"] / 1000 + full["clock"]["increment"] / 1000
        full["speed"], full["rated"], full["variant"]["name"]
        state = full["state"]
        state["wtime"] / 1000 + state["btime"] / 1000
        if full["variant"]["key"] in ("fromPosition", "chess960"):
            self.board = chess.Board(full["initialFen"], chess960=True)
        else:
            full["initialFen"]
            self.board = chess.Board()
        for uci in state["moves"].split():
            self.board.push_uci(uci)

    def update(self, state):
        """Takes in the last move alone, and whether there is one depends on their number."""
        state["wtime"] / 1000 + state["btime"] / 1000
        state.get("wdraw", False), state.get("bdraw", False)
        moves = state["moves"].split()
        if len(moves) <= len(self.board.move_stack):
            return False
        self.board.push(chess.Move.from_uci(moves[-1]))
        return True

    def is_mine(self):
        return self.white == self.board.turn

    async def play(self):
        await asyncio.sleep(options.think)
        if self.board.ply() >= options.resign_at:
            await self.api.post(f"/api/bot/game/{self.id}/resign")
            return
        uci = any_move(self.board, options)
        self.board.push_uci(uci)
        await self.api.move(self.id, uci, False)

    async def abort_after(self, seconds):
        await asyncio.sleep(seconds)
        if not self.is_mine() and len(self.board.move_stack) < 2:
            granted = await self.api.post(f"/api/bot/game/{self.id}/abort")
            say("aborting", game=self.id, granted=granted)

    async def greet(self, player, spectator):
        await self.api.chat(self.id, "player", player)
        await self.api.chat(self.id, "spectator", spectator)

    def leave(self, state):
        over(self.id, state)


def watched(work):
    """A task, whose exception is the end of the program."""

    async def run():
        try:
            await work
        except Exception:
            traceback.print_exc()
            os._exit(1)

    return asyncio.create_task(run())


class Manager:
    """Starts games as far as there are places for them; who is there already is not started again."""

    def __init__(self, api, username):
        self.api, self.username = api, username
        self.waiting, self.playing, self.changed = [], {}, asyncio.Event()

    def started(self, game_id):
        if game_id not in self.waiting and game_id not in self.playing.values():
            self.waiting.append(game_id)
            self.changed.set()

    def finished(self, task):
        game = self.playing.pop(task)
        if error := task.exception():
            say("crashed", game=game, error=repr(error))
        else:
            say("left", game=game)
        self.changed.set()

    async def run(self):
        if options.ask:
            await self.challenge(options.ask)
        while await self.changed.wait():
            self.changed.clear()
            while self.waiting and len(self.playing) < options.concurrency:
                game_id = self.waiting.pop(0)
                task = asyncio.create_task(Game(self.api, self.username, game_id).run())
                self.playing[task] = game_id
                task.add_done_callback(self.finished)

    async def challenge(self, name):
        """Waits for the word that it is accepted or declined; until then no game is started at all."""
        form = {"rated": "false", "clock.limit": 600, "clock.increment": 5, "color": "random", "variant": "standard"}
        timeout = aiohttp.ClientTimeout(total=60)
        path = f"/api/challenge/{name}"
        async with self.api.session.post(path, data=form | {"keepAliveStream": "true"}, timeout=timeout) as response:
            if response.status != 200:
                say("not challenged", status=response.status, error=(await response.json()).get("error"))
                return
            async for line in response.content:
                if line.strip():
                    answer = json.loads(line)
                    say("challenged", id=answer.get("id"), done=answer.get("done"))
                    if answer.get("done") in ("accepted", "declined"):
                        return
        await asyncio.Event().wait()


async def main():
    headers = {"Authorization": f"Bearer {options.token}", "User-Agent": "BotLi/1"}
    timeout = aiohttp.ClientTimeout(total=5.0)
    async with aiohttp.ClientSession(options.url, headers=headers, timeout=timeout) as session:
        api = Api(session)
        account = await api.json("GET", "/api/account")
        if "error" in account:
            raise RuntimeError(account["error"])
        username = account["username"]
        session.headers["User-Agent"] += f" user:{username}"
        scopes = (await api.json("POST", "/api/token/test", data=options.token))[options.token]["scopes"]
        if "bot:play" not in scopes or account.get("title") != "BOT":
            raise SystemExit("BotLi is for bots alone.")
        manager = Manager(api, username)
        managing = watched(manager.run())
        events = asyncio.Queue()
        listening = asyncio.create_task(api.stream("/api/stream/event", events, 5.0))
        while event := await events.get():
            if event["type"] == "gameStart":
                say("start", game=event["game"]["id"])
                assert "tournamentId" not in event["game"]
                manager.started(event["game"]["id"])
            elif event["type"] == "challenge":
                await challenged(api, event["challenge"], username)


async def challenged(api, challenge, username):
    challenger = challenge["challenger"]
    if challenger["name"] == username:
        return
    challenger["id"], challenger["rating"], challenge["rated"], challenge["speed"], challenge["color"].capitalize()
    challenge["timeControl"]["limit"], challenge["timeControl"]["increment"], challenge["variant"]["name"]
    await api.json("POST", f"/api/challenge/{challenge['id']}/accept")


asyncio.run(main())
