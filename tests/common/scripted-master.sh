#!/bin/sh
# A UCI engine that plays the moves of its option Moves one after the other, whatever the opponents do, and thinks for
# ever when they are used up. Its option Fault makes it fail once: when it is first asked about a position in which the
# opponent has moved. The file of its option State remembers that, and the number of the process that failed.
# The environment's MASTER_NAME is what it calls itself, and MASTER_MUTTERS what it writes to its error output.
moves= fault= state=

think() {
    if [ -n "$fault" ] && [ "$plies" -gt 0 ] && [ ! -e "$state" ]; then
        echo "$$" >"$state"
        case $fault in
            crash) kill -SEGV $$ ;;
            hang) sleep 120 ;;
            illegal) echo "bestmove e2e5"; return ;;
            rubbish) printf 'bestmove \377\000xyzzy\n'; return ;;
        esac
    fi
    index=$((plies / 2))
    # shellcheck disable=SC2086
    set -- $moves
    if [ "$index" -lt $# ]; then
        shift "$index"
        echo "info depth 1 score cp 0"
        echo "bestmove $1"
    fi
}

plies=0
while read -r line; do
    case $line in
        uci)
            printf 'id name %s\n' "${MASTER_NAME:-Scripted master}"
            [ -z "$MASTER_MUTTERS" ] || printf '%s\n' "$MASTER_MUTTERS" >&2
            echo "option name Moves type string default <empty>"
            echo "option name Fault type string default <empty>"
            echo "option name State type string default <empty>"
            echo "uciok"
            ;;
        "setoption name Moves value "*) moves=${line#setoption name Moves value } ;;
        "setoption name Fault value "*) fault=${line#setoption name Fault value } ;;
        "setoption name State value "*) state=${line#setoption name State value } ;;
        isready) echo "readyok" ;;
        "position startpos") plies=0 ;;
        "position startpos moves "*)
            # shellcheck disable=SC2086
            set -- ${line#position startpos moves }
            plies=$#
            ;;
        go*) think ;;
        quit) exit 0 ;;
    esac
done
