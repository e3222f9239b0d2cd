//! A plan for programs: JSON and CSV.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{plan::Plan, words::quantiles};
use crate::plan::{Advice, Forecast, Quantiles};

/// A list with an object for each walk and number of boards.
#[must_use]
pub fn json(plan: &Plan) -> String {
    let rows: Vec<Value> = plan.forecasts.iter().map(|forecast| row(forecast, plan)).collect();
    let mut text = serde_json::to_string_pretty(&rows).expect("a value with string keys is JSON");
    text.push('\n');
    text
}

fn row(forecast: &Forecast, plan: &Plan) -> Value {
    let figure = |figure: Quantiles| match plan.spread {
        true => json!({ "p10": figure.p10, "p50": figure.p50, "p90": figure.p90 }),
        false => json!(figure.p50),
    };
    let scenario = &forecast.scenario;
    let mut row = json!({
        "walk": scenario.walk.as_str(),
        "boards": scenario.boards,
        "master_ms": figure(forecast.master),
        "total_ms": figure(forecast.total),
        "rounds": figure(forecast.rounds),
        "idle_ms": figure(forecast.idle),
        "wait_ms": {
            "p50": figure(forecast.wait_p50),
            "p95": figure(forecast.wait_p95),
            "max": figure(forecast.wait_max),
        },
    });
    if plan.spread {
        row["runs"] = json!(forecast.runs);
    }
    if scenario.clock.is_some() {
        row["time_forfeit_risk"] = json!({ "master": forecast.risk.master, "opponent": forecast.risk.opponent });
    }
    if let Some(advice) = &plan.advice {
        row["finish_within"] = advised(advice);
    }
    row
}

fn advised(advice: &Advice) -> Value {
    json!({
        "limit_ms": advice.limit.0,
        "boards": advice.boards,
        "think_ms": advice.think.map(|think| think.mean.0),
        "master_extra_ms": advice.master_extra_minutes.map(|minutes| minutes * 60_000),
    })
}

type Column = (&'static str, fn(&Forecast) -> Quantiles);

const COLUMNS: [Column; 7] = [
    ("master_ms", |forecast| forecast.master),
    ("total_ms", |forecast| forecast.total),
    ("rounds", |forecast| forecast.rounds),
    ("idle_ms", |forecast| forecast.idle),
    ("wait_ms_p50", |forecast| forecast.wait_p50),
    ("wait_ms_p95", |forecast| forecast.wait_p95),
    ("wait_ms_max", |forecast| forecast.wait_max),
];

/// A line for each walk and number of boards, after a line of names; over many runs three columns a figure.
#[must_use]
pub fn csv(plan: &Plan) -> String {
    let clock = plan.forecasts.iter().any(|forecast| forecast.scenario.clock.is_some());
    let mut text = "walk,boards".to_owned();
    for (name, _) in COLUMNS {
        let names = if plan.spread { ["_p10", "_p50", "_p90"].as_slice() } else { &[""] };
        names.iter().for_each(|suffix| {
            let _ = write!(text, ",{name}{suffix}");
        });
    }
    text.push_str(if clock { ",master_risk,opponent_risk\n" } else { "\n" });
    for forecast in &plan.forecasts {
        let _ = write!(text, "{},{}", forecast.scenario.walk, forecast.scenario.boards);
        for (_, figure) in COLUMNS {
            let figure = figure(forecast);
            let values = if plan.spread { quantiles(figure).to_vec() } else { vec![figure.p50] };
            values.iter().for_each(|value| {
                let _ = write!(text, ",{value}");
            });
        }
        if clock {
            let _ = write!(text, ",{},{}", forecast.risk.master, forecast.risk.opponent);
        }
        text.push('\n');
    }
    text
}
