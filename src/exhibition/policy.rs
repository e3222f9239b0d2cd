//! What decides the master's moves.

use std::{fmt, sync::Arc, time::Duration};

use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use shakmaty::{Position, uci::UciMove};
use tokio::time::sleep;

use super::board::{Choice, Situation};
use crate::{
    base::{metrics::Metrics, time},
    engine::{EngineError, OnDemand, Question, Score},
    record::program::Program,
    rules::uci_of,
};

/// Makes the policy of an exhibition's master.
#[derive(Clone)]
pub struct PolicyMaker(Arc<dyn Fn(&Program) -> Policy + Send + Sync>);

impl PolicyMaker {
    /// Makes each one with `make`.
    pub fn new(make: impl Fn(&Program) -> Policy + Send + Sync + 'static) -> PolicyMaker {
        PolicyMaker(Arc::new(make))
    }

    /// The policy of the master of an exhibition that is settled so.
    #[must_use]
    pub fn make(&self, program: &Program) -> Policy {
        (self.0)(program)
    }
}

impl fmt::Debug for PolicyMaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PolicyMaker")
    }
}

/// What decides a master's moves.
#[derive(Debug)]
pub enum Policy {
    /// A UCI engine.
    Engine(Box<EnginePolicy>),
    /// Any legal move, at once: for tests and load.
    Random(Box<RandomPolicy>),
    /// A script, after as long as it is told: for plans.
    Scripted(ScriptedPolicy),
}

impl Policy {
    /// Looks at a board and decides. May be dropped midway, when the game ends meanwhile.
    pub async fn choose(&mut self, situation: &Situation) -> Result<Choice, EngineError> {
        match self {
            Policy::Engine(policy) => policy.choose(situation).await,
            Policy::Random(policy) => Ok(policy.choose(situation)),
            Policy::Scripted(policy) => Ok(policy.choose(situation).await),
        }
    }
}

/// A UCI engine, and how long it thinks.
#[derive(Debug)]
pub struct EnginePolicy {
    engine: OnDemand,
    think: Duration,
    metrics: Metrics,
}

/// A draw is accepted from this ply on, if the position is no better than [`FAIR`] for the master: an earlier offer is
/// no game, and people should not be let off from a lost position.
const DRAWABLE: u32 = 40;
/// In centipawns.
const FAIR: i32 = 20;
/// The least that a thought may take, however little time is left.
const HASTE: Duration = Duration::from_millis(20);

impl EnginePolicy {
    /// A policy that asks `engine`, which thinks for `think` about a move.
    #[must_use]
    pub fn new(engine: OnDemand, think: Duration, metrics: Metrics) -> EnginePolicy {
        EnginePolicy { engine, think, metrics }
    }

    async fn choose(&mut self, situation: &Situation) -> Result<Choice, EngineError> {
        let moves: Vec<_> = situation.game.moves().collect();
        let question = Question::new(situation.game.initial().clone(), &moves, think(self.think, situation))
            .expect("a game's own moves are legal, one after the other");
        let before = self.engine.restarts();
        let thought = self.engine.choose(&question).await;
        self.metrics.engine_restarted(self.engine.restarts() - before);
        let thought = thought?;
        let fair = match thought.score {
            Some(Score::Centipawns(score)) => score <= FAIR,
            Some(Score::Mate(moves)) => moves < 0,
            None => false,
        };
        let accepts_draw = fair && situation.game.ply() >= DRAWABLE;
        Ok(Choice { uci: uci_of(question.position(), thought.mv), accepts_draw })
    }
}

/// The time for one thought: as set, but on a clock no more than a twentieth of what is left there.
fn think(usual: Duration, situation: &Situation) -> Duration {
    match situation.clock {
        Some(clock) => {
            usual.min(time::duration(situation.game.master().fold_wb(clock.white, clock.black)) / 20).max(HASTE)
        }
        None => usual,
    }
}

/// A policy that draws lots, the same ones for the same seed.
#[derive(Debug)]
pub struct RandomPolicy(ChaCha8Rng);

impl RandomPolicy {
    /// A policy whose every choice follows from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> RandomPolicy {
        RandomPolicy(ChaCha8Rng::seed_from_u64(seed))
    }

    fn choose(&mut self, situation: &Situation) -> Choice {
        let legal = situation.game.position().legal_moves();
        let uci = uci_of(situation.game.position(), legal[self.0.random_range(..legal.len())]);
        let accepts_draw = situation.game.draw_offer().is_some() && self.0.random();
        Choice { uci, accepts_draw }
    }
}

/// A policy that plays the moves of a script, whatever the opponent does, as long as that is the script too.
pub struct ScriptedPolicy {
    script: Arc<[UciMove]>,
    think: Box<dyn FnMut() -> Duration + Send + Sync>,
}

impl ScriptedPolicy {
    /// Plays `script`, each move after the time that `think` says.
    pub fn new(script: Arc<[UciMove]>, think: impl FnMut() -> Duration + Send + Sync + 'static) -> ScriptedPolicy {
        ScriptedPolicy { script, think: Box::new(think) }
    }

    async fn choose(&mut self, situation: &Situation) -> Choice {
        sleep((self.think)()).await;
        Choice { uci: self.script[situation.game.ply() as usize], accepts_draw: false }
    }
}

impl fmt::Debug for ScriptedPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedPolicy").field("script", &self.script.len()).finish_non_exhaustive()
    }
}
