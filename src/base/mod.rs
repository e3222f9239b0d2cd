//! What every room stands on: time, chance, watching a value, figures, panics. Knows only the rules' units.
//!
//! | file | what it holds |
//! |---|---|
//! | `time` | the two clocks outside the rules: an exhibition's own time, and the wall's |
//! | `alarm` | waiting for a moment of an exhibition's own time |
//! | `present` | tells `null` from a missing field |
//! | `secret` | tokens, and where chance comes from |
//! | `ordered_watch` | a value, and those who wait for it to change |
//! | `metrics` | what is counted |
//! | `loop_lag` | how long a loop was held |
//! | `catch_panic` | what becomes of a task that panics |
//! | `address` | under which addresses a server is reached: by its own machine, and by others |
//! | `hall_name` | what a hall is called where many publish to one log |

pub mod address;
pub mod alarm;
pub mod catch_panic;
pub mod hall_name;
pub mod loop_lag;
pub mod metrics;
pub mod ordered_watch;
pub mod present;
pub mod secret;
pub mod time;
