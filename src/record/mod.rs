//! What happened, and what everybody sees of it. Pure.
//!
//! | file | what it holds |
//! |---|---|
//! | `event` | the one list that everything else stores, folds, shows or exports |
//! | `seat_key` | whom a seat belongs to |
//! | `view` | an exhibition as the fold of its events: what a spectator sees |

pub mod event;
pub mod seat_key;
pub mod view;
