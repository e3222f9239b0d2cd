//! How an exhibition went, board by board, while it runs too.

use axum::{
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Response},
};

use super::{
    api::{large_answer, named},
    find::look,
    viewing::Viewing,
};
use crate::{
    doors::problem::{JSON, Problem},
    wire,
};

const CSV: &str = "text/csv; charset=utf-8; header=present";
/// Without it a spreadsheet may take UTF-8 for something else.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// `GET /api/exhibitions/{exhibition}/results`
pub(super) async fn results(State(viewing): State<Viewing>, Path(name): Path<String>) -> Result<Response, Problem> {
    let results = look(&viewing, &name, wire::results).await?;
    large_answer(&viewing, JSON, results)
}

/// `GET /api/exhibitions/{exhibition}/results.csv`
pub(super) async fn results_csv(
    State(viewing): State<Viewing>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let (file, mut text) =
        look(&viewing, &name, |view| (format!("simul-{}.csv", view.id), wire::results_csv(view))).await?;
    if query.is_some_and(|query| query.split('&').any(|part| part == "bom")) {
        text.insert(0, BYTE_ORDER_MARK);
    }
    Ok(([named(&file)], large_answer(&viewing, CSV, text)?).into_response())
}
