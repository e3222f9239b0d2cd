//! Forecasts, as the pages ask for them.

use serde_json::{Value, json};

use crate::plan::{Forecast, Quantiles};

fn quantiles(figure: Quantiles) -> Value {
    json!({ "p10": figure.p10, "p50": figure.p50, "p90": figure.p90 })
}

/// What to expect of a planned exhibition.
#[must_use]
pub fn forecast(forecast: &Forecast) -> String {
    let scenario = &forecast.scenario;
    let mut body = json!({
        "boards": scenario.boards,
        "walk": scenario.walk.as_str(),
        "runs": forecast.runs,
        "master_ms": quantiles(forecast.master),
        "total_ms": quantiles(forecast.total),
        "rounds": quantiles(forecast.rounds),
        "idle_ms": quantiles(forecast.idle),
        "wait_ms": {
            "p50": quantiles(forecast.wait_p50),
            "p95": quantiles(forecast.wait_p95),
            "max": quantiles(forecast.wait_max),
        },
        "break_even_boards": scenario.break_even(),
    });
    if scenario.clock.is_some() {
        body["time_forfeit_risk"] = json!({ "master": forecast.risk.master, "opponent": forecast.risk.opponent });
    }
    body.to_string()
}

/// What is still to come of a running one.
#[must_use]
pub fn remaining_forecast(forecast: &Forecast) -> String {
    let scenario = &forecast.scenario;
    json!({
        "ends_in_ms": quantiles(forecast.total),
        "rounds_left": quantiles(forecast.rounds),
        "master_ms": scenario.master.mean.0,
        "opponent_ms": scenario.opponent.mean.0,
        "playing": scenario.boards,
    })
    .to_string()
}

/// Too early to tell.
#[must_use]
pub fn no_forecast() -> String {
    json!({ "ends_in_ms": null }).to_string()
}
