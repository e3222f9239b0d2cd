//! The planner: what an exhibition will take, found by holding it.
//!
//! It runs the live server's exhibition, its game tasks, its walk and its clocks, on tokio's paused clock, which jumps to
//! the next thing that happens as soon as everybody waits. Scripted players sit in place of sockets, and a journal that
//! forgets stands in place of SQLite. There is no second model of an exhibition.
//!
//! | file | what it holds |
//! |---|---|
//! | `scenario` | what is planned, as it is typed |
//! | `script` | a long legal game that all boards play |
//! | `rehearsal` | one exhibition, from the first seat to the last move |
//! | `figures` | what its events say: times, waits, flags |
//! | `forecast` | many of them, and what they say together |
//! | `advice` | the question the other way round: what fits into an evening |
//!
//! Nothing here may touch a socket, a file or another process: the runtime of a rehearsal has timers alone.

mod advice;
mod figures;
mod forecast;
mod rehearsal;
pub mod report;
mod scenario;
mod script;

pub use advice::{Advice, advise};
pub use figures::{Figures, Waits};
pub use forecast::{Forecast, Progress, Quantiles, Risk, forecast};
pub use rehearsal::rehearse;
pub use scenario::{BoardRange, Moves, ParseSpreadError, Scenario, ScenarioError, Spread, Times};
