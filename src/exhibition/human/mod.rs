//! A human master's walk.
//!
//! | file | what it holds |
//! |---|---|
//! | `task` | goes from board to board by itself, within the customs of the hall |
//! | `wishes` | what the master may ask for |

mod task;
mod wishes;

use task::AT_ONCE;
pub(super) use task::{Hall, Human};
