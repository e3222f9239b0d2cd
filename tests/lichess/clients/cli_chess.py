"""Plays a game with cli-chess itself, unmodified, in a terminal of its own: types on its keyboard and reads its screen.

What is typed when is decided by the server's public record of the board, since a screen that is only ever changed in part is hard
to read. What cli-chess believes the game was stands in the PGN file that it saves at the end. With `SHOW_SCREEN=1` in the environment
the screen is shown on stderr.
"""

import fcntl
import json
import os
import pty
import re
import signal
import struct
import sys
import tempfile
import termios
import threading
import time
import urllib.request
from pathlib import Path

import chess.pgn
from common import any_move, options, position, say

parser = options(__doc__)
parser.add_argument("--board", type=int, required=True)
parser.add_argument("--challenge", metavar="NAME", help="in place of looking for any opponent")
options = parser.parse_args()

UP, DOWN, RIGHT, F1 = "\x1b[A", "\x1b[B", "\x1b[C", "\x1bOP"


class Terminal:
    def __init__(self, command, home):
        self.shown = ""
        self.process, self.side = pty.fork()
        if self.process == 0:
            os.environ.update(HOME=home, TERM="xterm-256color")
            os.execv(command[0], command)
        fcntl.ioctl(self.side, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self):
        try:
            while shown := os.read(self.side, 65536):
                text = shown.decode(errors="replace")
                if os.environ.get("SHOW_SCREEN"):
                    sys.stderr.write(text)
                self.shown += re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|[()].|[=>])|\s", "", text)
        except OSError:
            # The terminal is gone with the program.
            pass

    def type(self, keys):
        os.write(self.side, keys.encode())

    def wait_for(self, text):
        """Without blanks, since the cursor goes past those that are there already."""
        give_up = time.monotonic() + 30
        while re.sub(r"\s", "", text) not in self.shown:
            assert time.monotonic() < give_up, f"{text!r} is not on the screen:\n{self.shown[-2000:]}"
            time.sleep(0.05)


def record():
    with urllib.request.urlopen(f"{options.url}/api/exhibitions/current/boards/{options.board}") as answer:
        return json.load(answer)


def play(terminal):
    """Types a move whenever one is missing. One typed too early is played by cli-chess as soon as it is its turn; but one typed
    before the game is on the screen would be forgotten."""
    terminal.wait_for(record()["name"])
    typed = -1
    while (board := record())["status"] != "ended":
        reached = position(board["initial_fen"], " ".join(move["uci"] for move in board["moves"]))
        mine = reached.turn == (board["color"] == "white")
        if board["status"] == "playing" and mine and reached.ply() != typed:
            typed = reached.ply()
            terminal.type("resign\r" if typed >= options.resign_at else f"{any_move(reached, options)}\r")
        time.sleep(0.05)


with tempfile.TemporaryDirectory() as home:
    cli_chess = str(Path(sys.executable).with_name("cli-chess"))
    terminal = Terminal([cli_chess, "--base-url", options.url, "--token", options.token], home)
    terminal.wait_for("Offline Games")
    terminal.type(DOWN)
    terminal.wait_for("Create a game")
    terminal.type(RIGHT)
    if options.challenge:
        terminal.type(DOWN)
        terminal.wait_for("Opponent:")
        terminal.type(RIGHT + UP + options.challenge)
    terminal.type(F1)
    terminal.wait_for("Move:")
    say("asked")
    play(terminal)
    terminal.wait_for("Game saved")
    [saved] = Path(home).rglob("*.pgn")
    game = chess.pgn.read_game(saved.open())
    say("over", moves=[move.uci() for move in game.mainline_moves()], result=game.headers["Result"], headers=dict(game.headers))
    os.kill(terminal.process, signal.SIGKILL)
    os.waitpid(terminal.process, 0)
