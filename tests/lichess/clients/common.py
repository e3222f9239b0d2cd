"""What the clients of these tests share: how they are called, how they tell what they see, and which move they play."""

import argparse
import json
import os
import sys
import threading
import traceback

import chess


def options(about):
    """What every client is told; each adds what is its own."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("--resign-at", type=int, default=10_000, metavar="PLY")
    parser.add_argument("--think", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--castle", action="store_true", help="as soon as that is possible")
    parser.add_argument("--moves", nargs="*", default=[], help="to begin with")
    return parser


def say(kind, /, **fields):
    """Tells the test, in a line of JSON."""
    sys.stdout.write(json.dumps({"said": kind, **fields}) + "\n")
    sys.stdout.flush()


def over(game, state):
    """Tells how a game has ended, as this client was told."""
    say("over", game=game, moves=state["moves"].split(), status=state["status"], winner=state.get("winner"))


def guarded(task, *given):
    """Runs `task`; whatever goes wrong in it is the end of the program with all its threads."""
    try:
        task(*given)
    except Exception:
        traceback.print_exc()
        os._exit(1)


def in_thread(task, *given, daemon=False):
    thread = threading.Thread(target=guarded, args=(task, *given), daemon=daemon)
    thread.start()
    return thread


def any_move(board, options):
    """What was wished for, or a legal move that depends on the position and its number alone."""
    if board.ply() // 2 < len(options.moves):
        return options.moves[board.ply() // 2]
    castling = list(board.generate_castling_moves()) if options.castle else []
    legal = sorted(board.uci(move) for move in castling or board.legal_moves)
    return legal[(31 * board.ply() + 7 * len(legal)) % len(legal)]


def position(initial_fen, moves):
    """The position after `moves`, each of which has to be legal."""
    board = chess.Board() if initial_fen == "startpos" else chess.Board(initial_fen)
    for uci in moves.split():
        move = chess.Move.from_uci(uci)
        assert board.is_legal(move), f"{uci} in {board.fen()}"
        board.push(move)
    return board
