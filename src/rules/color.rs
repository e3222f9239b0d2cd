//! Colours in the contract's words.

use shakmaty::Color;

/// The contract's word for a colour.
#[must_use]
pub fn color_name(color: Color) -> &'static str {
    color.fold_wb("white", "black")
}

/// Reads what [`color_name`] wrote.
#[must_use]
pub fn color_from_name(name: &str) -> Option<Color> {
    Color::ALL.into_iter().find(|&color| color_name(color) == name)
}
