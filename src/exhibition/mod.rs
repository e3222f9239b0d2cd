//! One evening: seats, boards, the walk, the master.
//!
//! | file | what it holds |
//! |---|---|
//! | `settings`, `setting_values`, `settings_error` | what an organiser settles, checked once; its single values; what is wrong with them |
//! | `settings_program` | settings as the program that an exhibition keeps, and back |
//! | `wishes` | settings as a request's body has them |
//! | `setup_choices` | what they choose about how the games begin |
//! | `registry` | which exhibitions can be played in, and which one is `current` |
//! | `task` | one exhibition: a task that starts the games, and does what it is asked for |
//! | `joining` | sitting down: seats, and the queue for them |
//! | `found` | how things stood when an exhibition was taken up |
//! | `handle` | what others may ask of an exhibition, and what they are told |
//! | `counter` | what is asked of an exhibition over HTTP |
//! | `order`, `organiser` | what the organiser may want of an open exhibition, and what becomes of it |
//! | `agenda`, `evening`, `stillness` | what happens by itself: starts, warnings, the last visit, the end of what nobody ends |
//! | `breaks` | the walk and all clocks stand still |
//! | `seats` | whose seat is whose, and who waits for one, as a value |
//! | `board` | one task a game |
//! | `shared_walk` | who waits for the master, as the boards and the walk both see it |
//! | `master` | the walk's task, from board to board |
//! | `human`, `human_seat` | the walk of a human master, and who may speak for them |
//! | `policy` | what decides the master's moves: an engine, chance, a script |
//! | `queue_notices` | tells every opponent how far away the master is |

mod agenda;
pub mod board;
mod breaks;
pub mod counter;
mod evening;
mod found;
pub mod handle;
mod human;
pub mod human_seat;
mod joining;
pub mod master;
pub mod order;
mod organiser;
pub mod policy;
pub mod queue_notices;
pub mod registry;
pub mod seats;
pub mod setting_values;
pub mod settings;
pub mod settings_error;
pub mod settings_program;
pub mod setup_choices;
pub mod shared_walk;
mod stillness;
pub mod task;
pub mod wishes;
