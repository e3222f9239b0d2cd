//! One exhibition under the paused clock, from the first seat to the last move.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use shakmaty::uci::UciMove;
use tokio::{
    runtime::Builder,
    sync::mpsc,
    time::{Instant, sleep},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::dispatcher::{Dispatch, with_default};

use super::{Figures, Scenario, figures::Chronicle, script::script};
use crate::{
    base::{metrics::Metrics, secret::SecretSource},
    exhibition::{
        board::{Attachment, BoardHandle, ConnectionId, Notice},
        handle::ExhibitionHandle,
        policy::{Policy, PolicyMaker, ScriptedPolicy},
        registry::Registry,
        task::Services,
    },
    journal::{MemoryStore, Writer, feed::Feed},
    record::program::{Evening, MasterSeat, Program},
    rules::{Command, PlayerName, Setups},
};

/// How many notices an opponent may have ahead: a socket's worth.
const OUTBOX: usize = 64;

/// Holds the exhibition of `scenario` for the `run`th time: the same one for the same seed and run, on every machine.
#[must_use]
pub fn rehearse(scenario: &Scenario, run: u64) -> Figures {
    // Timers alone: whoever reached for a socket or a process here would panic, and not silently cost game time.
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime without I/O asks nothing of the system");
    // A log that told of it would tell of exhibitions that nobody has opened, thousands of lines a forecast.
    with_default(&Dispatch::none(), || runtime.block_on(exhibit(scenario, run)))
}

async fn exhibit(scenario: &Scenario, run: u64) -> Figures {
    let (feed, metrics, tasks) = (Feed::default(), Metrics::new(), TaskTracker::new());
    let follower = Arc::new(feed.follow());
    let (journal, writer) = Writer::new(MemoryStore::default(), feed.clone(), || 0, metrics.journal.clone());
    tokio::spawn(writer.run());
    let services = Services {
        journal,
        metrics,
        tasks: tasks.clone(),
        wall_clock: || 0,
        estimates: false,
        stop: CancellationToken::new(),
    };
    let chronicle = Arc::new(Mutex::new(Chronicle::default()));
    let (master, chance) = (scenario.master.times(), stream(scenario, run, 0));
    let (news, read) = (follower.clone(), chronicle.clone());
    let policies = PolicyMaker::new(move |_: &Program| {
        let (mut chance, news, read) = (chance.clone(), news.clone(), read.clone());
        let think = move || {
            // Read as it happens: a whole exhibition's events would go through memory for nothing.
            unpoisoned(&read).add(&news.take());
            master.draw(&mut chance)
        };
        Policy::Scripted(ScriptedPolicy::new(script(), think))
    });
    let registry = Registry::new(services, feed, policies, SecretSource::from_seed(scenario.seed));
    let exhibition = registry.open(program(scenario)).await.expect("memory takes everything");
    for number in 1..=scenario.boards {
        let chance = stream(scenario, run, u64::from(number));
        tasks.spawn(Opponent::sit_down(exhibition.clone(), number, scenario, chance).await.play());
    }
    exhibition.finished().await;
    let mut chronicle = mem::take(&mut *unpoisoned(&chronicle));
    chronicle.add(&follower.take());
    chronicle.figures()
}

fn unpoisoned(chronicle: &Mutex<Chronicle>) -> MutexGuard<'_, Chronicle> {
    chronicle.lock().unwrap_or_else(PoisonError::into_inner)
}

fn program(scenario: &Scenario) -> Program {
    Program {
        name: "Rehearsal".into(),
        boards: scenario.boards,
        clock: scenario.clock,
        setups: Setups { color: scenario.color, ..Setups::default() }.into(),
        walk: scenario.walk,
        late_rounds: 0,
        passes: scenario.passes,
        grace: scenario.grace,
        retract: false,
        think: scenario.master.mean,
        master: "Master".into(),
        seat: MasterSeat::Engine,
        created_at: 0,
        evening: Evening::default(),
    }
}

/// Everybody has chance of their own, so that nobody's depends on who is asked first.
fn stream(scenario: &Scenario, run: u64, person: u64) -> ChaCha8Rng {
    let mut chance = ChaCha8Rng::seed_from_u64(scenario.seed);
    chance.set_stream(run << 20 | person);
    chance
}

/// Somebody who thinks, plays the script, and gives up when it is long enough.
struct Opponent {
    board: BoardHandle,
    id: ConnectionId,
    notices: mpsc::Receiver<Notice>,
    script: Arc<[UciMove]>,
    /// The ply with which the game is long enough.
    last: u32,
    think: Box<dyn FnMut() -> Duration + Send + Sync>,
}

impl Opponent {
    async fn sit_down(
        exhibition: ExhibitionHandle,
        number: u32,
        scenario: &Scenario,
        mut chance: ChaCha8Rng,
    ) -> Opponent {
        let name = PlayerName::parse(&format!("Opponent {number}")).expect("it is a name");
        let seated = exhibition.join(name).await.expect("there is a seat for everybody");
        let (outbox, notices) = mpsc::channel(OUTBOX);
        let id = ConnectionId(u64::from(number));
        let attachment = Attachment { id, guest: seated.guest, outbox, choices: false, follows_retractions: true };
        seated.board.attach(attachment).await.expect("the board is there");
        let last = 2 * scenario.moves.draw(&mut chance);
        let opponent = scenario.opponent.times();
        let think = Box::new(move || opponent.draw(&mut chance));
        Opponent { board: seated.board, id, notices, script: script(), last, think }
    }

    async fn play(mut self) {
        while let Some(notice) = self.notices.recv().await {
            match notice {
                Notice::Started { .. } if !self.board.master_begins => self.reply(1).await,
                // Who sits down last finds the games begun.
                Notice::Game { game, .. } if game.waits_for(self.board.master.other()) => self.reply(1).await,
                // Where the opponent begins the last move is the master's.
                Notice::Moved { played, .. } if played.turn != self.board.master && played.ply == self.last => {
                    let _ = self.board.play(self.id, Command::Resign, Instant::now()).await;
                }
                Notice::Moved { played, .. } if played.turn != self.board.master => self.reply(played.ply + 1).await,
                Notice::Ended { .. } => return,
                _ => {}
            }
        }
    }

    async fn reply(&mut self, ply: u32) {
        sleep((self.think)()).await;
        let uci = self.script[ply as usize - 1];
        let now = Instant::now();
        // A board that is gone has no game left.
        let _ = self.board.play(self.id, Command::Move { ply, uci }, now).await;
        if ply == self.last {
            let _ = self.board.play(self.id, Command::Resign, now).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        plan::{Moves, Spread},
        rules::{MasterColor, Millis, WalkMode},
    };

    fn scenario(boards: u32, master: u64, opponent: u64, moves: u32, walk: WalkMode) -> Scenario {
        let always = |millis| Spread { mean: Millis(millis), deviation: Millis::ZERO };
        Scenario {
            boards,
            walk,
            master: always(master),
            opponent: always(opponent),
            moves: Moves { mean: moves, deviation: 0 },
            clock: None,
            color: MasterColor::White,
            passes: None,
            grace: Millis::ZERO,
            seed: 1,
        }
    }

    #[test]
    fn the_classic_exhibition_takes_an_hour_and_not_twelve() {
        let in_turn = rehearse(&scenario(24, 5_000, 55_000, 30, WalkMode::InTurn), 0);
        assert_eq!((in_turn.master, in_turn.total), (Millis(3_600_000), Millis(3_655_000)));
        assert_eq!((in_turn.rounds, in_turn.idle), (30, Millis::ZERO));
        assert_eq!(in_turn.wait.p50, Millis(60_000), "a round less the master's move and the opponent's thought");
        let synchronous = rehearse(&scenario(24, 5_000, 55_000, 30, WalkMode::OneAtATime), 0);
        assert_eq!((synchronous.master, synchronous.total), (Millis(43_145_000), Millis(43_200_000)));
    }

    #[test]
    fn where_the_opponents_begin_the_master_comes_when_they_have_moved() {
        let black = Scenario { color: MasterColor::Black, ..scenario(24, 5_000, 55_000, 30, WalkMode::InTurn) };
        let figures = rehearse(&black, 0);
        // All are ready after 55 s; then a round is the master's 24 moves, as where the master begins.
        assert_eq!((figures.rounds, figures.master), (30, Millis(55_000 + 3_600_000)));
        assert_eq!(figures.total, figures.master, "the last move is the master's");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// With constant times there are formulas. One at a time, every pair of moves takes its two thoughts. In turn, a
        /// round takes the master's thoughts on all boards, or one of them and one opponent's where that is longer: then the
        /// master waits for the first board to be ready.
        #[test]
        fn constant_times_follow_the_closed_form(
            boards in 1u32..40, master in 1u64..20_000, opponent in 1u64..120_000, moves in 1u32..20,
        ) {
            let (n, k) = (u64::from(boards), u64::from(moves));
            let synchronous = rehearse(&scenario(boards, master, opponent, moves, WalkMode::OneAtATime), 0);
            prop_assert_eq!(synchronous.total, Millis(n * k * (master + opponent)));
            prop_assert_eq!(synchronous.master, Millis(n * k * (master + opponent) - opponent));
            prop_assert_eq!(synchronous.idle, Millis((n * k - 1) * opponent));
            let in_turn = rehearse(&scenario(boards, master, opponent, moves, WalkMode::InTurn), 0);
            let round = (n * master).max(master + opponent);
            prop_assert_eq!(in_turn.master, Millis((k - 1) * round + n * master));
            prop_assert_eq!(in_turn.total, Millis((k - 1) * round + n * master + opponent));
            prop_assert_eq!(in_turn.idle, Millis((k - 1) * (round - n * master)));
        }
    }
}
