//! The programs in the documentation, as they stand there, play a game each.

mod berserk;
mod server;
mod websocket;

/// The program in `page` after `heading`.
fn program<'a>(page: &'a str, heading: &str) -> &'a str {
    let below = page.split(heading).nth(1).unwrap_or_else(|| panic!("the page has no {heading}"));
    let code = below.split("```python\n").nth(1).expect("the page has a Python program");
    code.split("```").next().expect("which ends")
}
