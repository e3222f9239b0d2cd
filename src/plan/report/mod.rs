//! A plan's figures for reading, for programs, and as a picture. Pure: figures in, text out.

mod answers;
mod data;
mod plan;
mod svg;
mod table;
mod words;

pub use answers::{forecast, no_forecast, remaining_forecast};
pub use data::{csv, json};
pub use plan::Plan;
pub use svg::picture;
pub use table::table;
