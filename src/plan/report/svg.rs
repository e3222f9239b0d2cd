//! The walk as a picture: a row for each board, time from left to right, a mark for each visit, waits shaded.

use std::fmt::Write;

use super::{
    plan::Plan,
    words::{clock, walk_name},
};
use crate::plan::Forecast;

const LEFT: f64 = 56.0;
const WIDTH: f64 = 1000.0;
const ROW: f64 = 10.0;
const TOP: f64 = 56.0;
const RIGHT: f64 = 40.0;
const GAP: f64 = 48.0;

/// One picture of all walks of the plan, below each other, on one scale of time; and below them the first rounds of one
/// that is too short on that scale to be followed. Of many runs it shows the first.
#[must_use]
pub fn picture(plan: &Plan) -> String {
    let longest = plan.forecasts.iter().map(|forecast| forecast.first.total.0).max().unwrap_or(0).max(1);
    let mut panels: Vec<Panel> = plan.forecasts.iter().map(|forecast| Panel::whole(forecast, longest)).collect();
    panels.extend(plan.forecasts.iter().filter_map(|forecast| Panel::opening(forecast, longest)));
    let height = TOP + panels.iter().map(|panel| panel.height() + GAP).sum::<f64>();
    let mut svg = String::new();
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {height}\" font-family=\"system-ui, sans-serif\" \
         font-size=\"12\">\n<style>\n\
         text {{ fill: #333 }} .title {{ font-size: 15px; font-weight: 600 }} .line {{ stroke: #ddd; stroke-width: 1 }}\n\
         .wait {{ fill: #e6c9a8 }} .visit {{ fill: #14655b }} .walk {{ fill: none; stroke: #14655b; stroke-width: .6; opacity: .5 }}\n\
         </style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        LEFT + WIDTH + RIGHT,
    );
    let _ = writeln!(
        svg,
        "<rect class=\"visit\" x=\"{LEFT}\" y=\"10\" width=\"10\" height=\"10\"/><text x=\"{}\" y=\"19\">the master is \
         at the board</text><rect class=\"wait\" x=\"{}\" y=\"10\" width=\"10\" height=\"10\"/><text x=\"{}\" \
         y=\"19\">the opponent waits for the master</text>",
        LEFT + 16.0,
        LEFT + 200.0,
        LEFT + 216.0,
    );
    let mut top = TOP;
    for panel in &panels {
        panel.draw(&mut svg, top);
        top += panel.height() + GAP;
    }
    svg.push_str("</svg>\n");
    svg
}

/// A walk, or its beginning, on a scale of time.
struct Panel<'a> {
    forecast: &'a Forecast,
    title: String,
    /// What the width stands for, in milliseconds.
    scale: u64,
}

impl Panel<'_> {
    fn whole(forecast: &Forecast, scale: u64) -> Panel<'_> {
        let title = format!("{}: {}", walk_name(forecast.scenario.walk), clock(forecast.first.total.0));
        Panel { forecast, title, scale }
    }

    /// The first rounds, where the whole is less than a third of the width.
    fn opening(forecast: &Forecast, longest: u64) -> Option<Panel<'_>> {
        const ROUNDS: usize = 4;
        let first = &forecast.first;
        let visits = ROUNDS * forecast.scenario.boards as usize;
        let scale = first.visits.get(visits).map(|visit| visit.from.0).filter(|&end| end > 0)?;
        let title = format!("{}, the first {ROUNDS} rounds", walk_name(forecast.scenario.walk));
        (first.total.0 * 3 < longest).then_some(Panel { forecast, title, scale })
    }

    fn height(&self) -> f64 {
        f64::from(self.forecast.scenario.boards) * ROW
    }

    fn x(&self, millis: u64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of days")]
        let share = millis.min(self.scale) as f64 / self.scale as f64;
        LEFT + share * WIDTH
    }

    fn draw(&self, svg: &mut String, top: f64) {
        self.draw_frame(svg, top);
        let y = |board: u32| top + f64::from(board - 1) * ROW;
        let shown = |from: u64| from < self.scale;
        // One path for each kind of mark: a rectangle a visit would make a large file of a long exhibition.
        let (mut waits, mut visits, mut walk) = (String::new(), String::new(), String::new());
        let first = &self.forecast.first;
        for wait in first.waits.iter().filter(|wait| wait.to > wait.from && shown(wait.from.0)) {
            block(&mut waits, self.x(wait.from.0), y(wait.board) + 2.5, self.x(wait.to.0), ROW - 5.0);
        }
        for (index, visit) in first.visits.iter().filter(|visit| shown(visit.from.0)).enumerate() {
            block(&mut visits, self.x(visit.from.0), y(visit.board) + 0.5, self.x(visit.to.0), ROW - 1.0);
            let command = if index == 0 { 'M' } else { 'L' };
            let _ = write!(walk, "{command}{:.1} {:.1}", self.x(visit.from.0), y(visit.board) + ROW / 2.0);
        }
        let _ = writeln!(svg, "<path class=\"wait\" d=\"{waits}\"/>\n<path class=\"walk\" d=\"{walk}\"/>");
        let _ = writeln!(svg, "<path class=\"visit\" d=\"{visits}\"/>");
    }

    /// Title, times and board numbers.
    fn draw_frame(&self, svg: &mut String, top: f64) {
        let bottom = top + self.height();
        let _ = writeln!(svg, "<text class=\"title\" x=\"{LEFT}\" y=\"{:.1}\">{}</text>", top - 8.0, self.title);
        for quarter in 0..=4u64 {
            let at = self.scale * quarter / 4;
            let (x, y) = (self.x(at), bottom + 14.0);
            let _ =
                writeln!(svg, "<line class=\"line\" x1=\"{x:.1}\" y1=\"{top:.1}\" x2=\"{x:.1}\" y2=\"{bottom:.1}\"/>");
            let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{}</text>", clock(at));
        }
        let boards = self.forecast.scenario.boards;
        let step = if boards <= 40 { 4 } else { boards.div_ceil(10) };
        for board in (1..=boards).filter(|board| board % step == 0 || *board == 1) {
            let y = top + f64::from(board) * ROW - 1.0;
            let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"{y:.1}\" text-anchor=\"end\">{board}</text>", LEFT - 8.0);
        }
    }
}

/// A filled rectangle, never thinner than can be seen.
fn block(path: &mut String, from: f64, y: f64, to: f64, height: f64) {
    let width = (to - from).max(0.8);
    let _ = write!(path, "M{from:.1} {y:.1}h{width:.1}v{height:.1}h-{width:.1}z");
}
