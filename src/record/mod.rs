//! What happened, and what everybody sees of it. Pure.
//!
//! | file | what it holds |
//! |---|---|
//! | `board_figures` | what a board has cost in time |
//! | `board_view` | one board as everybody can see it |
//! | `bounds` | how long texts and spans can be, whoever wrote them |
//! | `earlier` | an exhibition as spectators see it who see everything later |
//! | `event` | the one list that everything else stores, folds, shows or exports |
//! | `highlights` | what an evening is remembered by |
//! | `lasting_bot` | a program that comes again |
//! | `milestone` | what an organiser's other programs are told |
//! | `program` | what the organiser has settled |
//! | `seat_key` | whom a seat belongs to |
//! | `signal` | whether a hall elsewhere is heard |
//! | `standing` | how the walk stands, as a human master sees it |
//! | `summary` | an exhibition in a line |
//! | `view` | an exhibition as the fold of its events: what a spectator sees |
//! | `walk_figures` | the master's walk in figures |

pub mod board_figures;
pub mod board_view;
pub mod bounds;
pub mod earlier;
pub mod event;
pub mod highlights;
pub mod lasting_bot;
pub mod milestone;
pub mod program;
pub mod seat_key;
pub mod signal;
pub mod standing;
pub mod summary;
pub mod view;
pub mod walk_figures;
