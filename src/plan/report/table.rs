//! A plan for reading, on a terminal.

use std::fmt::Write;

use super::{
    plan::Plan,
    words::{clock, walk_name},
};
use crate::{
    plan::{Advice, Forecast, Quantiles, Scenario},
    rules::WalkMode,
};

/// The longest bar, in characters.
const BAR: u64 = 32;

/// The plan as text: two walks side by side, or a line for each number of boards.
#[must_use]
pub fn table(plan: &Plan) -> String {
    let Some(first) = plan.forecasts.first() else { return String::new() };
    let boards = plan.forecasts.last().map_or(0, |last| last.scenario.boards);
    let mut text = headline(&first.scenario, boards, plan);
    if first.scenario.boards == boards {
        side_by_side(&mut text, plan);
    } else {
        by_boards(&mut text, plan);
    }
    text.push('\n');
    text.push_str(&turning_point(&first.scenario));
    if let Some(advice) = &plan.advice {
        text.push_str(&advised(advice, first.runs));
    }
    text
}

fn headline(scenario: &Scenario, last: u32, plan: &Plan) -> String {
    let boards = match scenario.boards {
        1 if last == 1 => "1 board".to_owned(),
        first if first == last => format!("{first} boards"),
        first => format!("{first} to {last} boards"),
    };
    let mut text = format!(
        "{boards}, {} a move for the master, {} for an opponent, {} moves each",
        scenario.master, scenario.opponent, scenario.moves
    );
    if let Some(clock) = scenario.clock {
        let _ = write!(text, ", clocks at {clock}");
        if clock.master_extra.0 > 0 {
            let _ = write!(text, " and {} more for the master", self::clock(clock.master_extra.0));
        }
    }
    if plan.spread {
        let runs = plan.forecasts.first().map_or(0, |first| first.runs);
        let _ = write!(text, "; median of {runs} runs (one in ten is below … one in ten above)");
    } else if scenario.master.deviation.0 > 0 || scenario.opponent.deviation.0 > 0 || scenario.moves.deviation > 0 {
        text.push_str("; one of many possible exhibitions, --runs 1000 shows how they vary");
    }
    text.push_str("\n\n");
    text
}

fn side_by_side(text: &mut String, plan: &Plan) {
    let span = |figure: Quantiles| match plan.spread {
        true => format!("{} ({} … {})", clock(figure.p50), clock(figure.p10), clock(figure.p90)),
        false => clock(figure.p50),
    };
    let mut rows: Vec<(&str, Vec<String>)> = Vec::new();
    let mut row = |name, value: &dyn Fn(&Forecast) -> String| {
        rows.push((name, plan.forecasts.iter().map(value).collect()));
    };
    row("", &|forecast| walk_name(forecast.scenario.walk).to_owned());
    row("the master's last move", &|forecast| span(forecast.master));
    row("the very last reply", &|forecast| span(forecast.total));
    row("speed-up", &|forecast| speed_up(plan, forecast));
    row("a round", &|forecast| round(forecast));
    row("wait for a visit, median", &|forecast| span(forecast.wait_p50));
    row("  95 of 100 are below", &|forecast| span(forecast.wait_p95));
    row("  the longest", &|forecast| span(forecast.wait_max));
    row("the master stands idle", &|forecast| span(forecast.idle));
    if plan.forecasts.iter().any(|forecast| forecast.scenario.clock.is_some()) {
        row("the master loses on time", &|forecast| chance(forecast.risk.master, plan));
        row("some opponent does", &|forecast| chance(forecast.risk.opponent, plan));
    }
    let widths: Vec<usize> = (0..plan.forecasts.len())
        .map(|column| rows.iter().map(|(_, cells)| cells[column].chars().count()).max().unwrap_or(0))
        .collect();
    for (name, cells) in rows {
        let _ = write!(text, "{name:26}");
        for (cell, width) in cells.iter().zip(&widths) {
            let _ = write!(text, "  {cell:>width$}");
        }
        text.push('\n');
    }
    text.push('\n');
    let longest = plan.forecasts.iter().map(|forecast| forecast.total.p50).max().unwrap_or(0);
    for forecast in &plan.forecasts {
        let total = forecast.total.p50;
        let _ = writeln!(text, "{:14} {} {}", walk_name(forecast.scenario.walk), bar(total, longest), clock(total));
    }
}

/// Against one game at a time, by the master's last move.
fn speed_up(plan: &Plan, forecast: &Forecast) -> String {
    let one = plan
        .forecasts
        .iter()
        .find(|other| other.scenario.walk == WalkMode::OneAtATime && other.scenario.boards == forecast.scenario.boards);
    one.filter(|_| forecast.master.p50 > 0).map_or_else(String::new, |one| {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of days")]
        let times = one.master.p50 as f64 / forecast.master.p50 as f64;
        format!("{times:.1}×")
    })
}

/// How long a round took on average; one game at a time has none.
fn round(forecast: &Forecast) -> String {
    if forecast.scenario.walk == WalkMode::OneAtATime || forecast.rounds.p50 == 0 {
        return "–".to_owned();
    }
    clock(forecast.master.p50 / forecast.rounds.p50)
}

fn chance(risk: f64, plan: &Plan) -> String {
    match plan.spread {
        true => format!("{:.1} %", 100.0 * risk),
        false if risk > 0.0 => "yes".to_owned(),
        false => "no".to_owned(),
    }
}

fn by_boards(text: &mut String, plan: &Plan) {
    let longest = plan.forecasts.iter().filter(|forecast| forecast.scenario.walk != WalkMode::OneAtATime);
    let longest = longest.map(|forecast| forecast.total.p50).max().unwrap_or(0);
    let has_one = plan.forecasts.iter().any(|forecast| forecast.scenario.walk == WalkMode::OneAtATime);
    let one = if has_one { "one at a time" } else { "" };
    let _ = writeln!(text, "boards  {one:>13}  {:>10}  {:>9}  {:>9}", "total", "wait", "longest");
    for forecast in plan.forecasts.iter().filter(|forecast| forecast.scenario.walk != WalkMode::OneAtATime) {
        let same = |other: &&Forecast| {
            other.scenario.walk == WalkMode::OneAtATime && other.scenario.boards == forecast.scenario.boards
        };
        let one = plan.forecasts.iter().find(same).map_or_else(String::new, |one| clock(one.total.p50));
        let (total, wait) = (forecast.total.p50, forecast.wait_p50.p50);
        let _ = writeln!(
            text,
            "{:6}  {one:>13}  {:>10}  {:>9}  {:>9}  {}",
            forecast.scenario.boards,
            clock(total),
            clock(wait),
            clock(forecast.wait_max.p50),
            bar(total, longest).trim_end(),
        );
    }
}

/// A bar of as many blocks as `value` is of `longest`, with eighths.
fn bar(value: u64, longest: u64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (u128::from(value) * u128::from(BAR) * 8).checked_div(u128::from(longest)).unwrap_or(0);
    let eighths = usize::try_from(eighths).unwrap_or(0).max(1);
    let text = format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8]);
    format!("{text:32}")
}

fn turning_point(scenario: &Scenario) -> String {
    let boards = scenario.break_even();
    format!(
        "Up to {boards:.0} boards the master waits for the opponents; beyond, they wait for the master, and every board makes \
         the exhibition longer by the master's own moves there.\n",
        boards = boards.floor()
    )
}

fn advised(advice: &Advice, runs: u32) -> String {
    let mut text =
        format!("\nTo finish within {} in nine of ten exhibitions (up to {runs} runs each):\n", clock(advice.limit.0));
    let boards =
        advice.boards.map_or_else(|| "not even 1 board".to_owned(), |boards| format!("at most {boards} boards"));
    let _ = writeln!(text, "  {boards}, everything else as planned");
    let think = advice.think.map_or_else(
        || "no move is quick enough".to_owned(),
        |think| format!("or {think} a move for the master at most, with all boards"),
    );
    let _ = writeln!(text, "  {think}");
    if let Some(minutes) = advice.master_extra_minutes {
        let _ = writeln!(
            text,
            "With {} of extra time the master loses on time in fewer than 5 of 100 exhibitions.",
            clock(minutes * 60_000)
        );
    }
    text
}
