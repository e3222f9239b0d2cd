//! A panic in the middle of a game's task. The task says what it does, for the log; here whoever listens to that panics at a
//! chosen word, which unwinds through the task like a panic of its own.

use std::{
    cell::Cell,
    fmt::{self, Write},
    sync::Once,
};

use tracing::{
    Event, Subscriber, callsite,
    field::{Field, Visit},
    span::{Attributes, Id},
    subscriber::set_global_default,
};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

/// Words that all stand in the line at which the task panics; fields as in `board=1 `.
pub(crate) type Moment = &'static [&'static str];

/// The opponent sends this move.
pub(crate) const A6: Moment = &["the opponent asks", "a7a6"];

thread_local! {
    static MOMENT: Cell<Option<Moment>> = const { Cell::new(None) };
}

/// Begins to listen. Fields of a board's span are known if this comes before the board.
pub(crate) fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        // On all threads: with a subscriber on some alone, what tracing knows of who listens depends on which of them comes to
        // a line first. A server has a subscriber of its own already, of which this is a part.
        if set_global_default(Registry::default().with(PanicLayer)).is_ok() {
            callsite::rebuild_interest_cache();
        }
    });
}

/// Lets tasks of this thread panic at `moment`, as long as the value is held.
pub(crate) fn plant(moment: Moment) -> Planted {
    listen();
    MOMENT.set(Some(moment));
    Planted(())
}

/// A panic that is planted.
#[derive(Debug)]
#[must_use = "it is gone with this value"]
pub(crate) struct Planted(());

impl Drop for Planted {
    fn drop(&mut self) {
        MOMENT.set(None);
    }
}

/// The part of a subscriber that panics. It is to be the outermost one, so that all others are through with the line by then.
#[derive(Debug)]
pub(crate) struct PanicLayer;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for PanicLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut line = Line::default();
        attributes.record(&mut line);
        context.span(id).expect("it is new").extensions_mut().insert(line);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        // A line about the panic may repeat its words, and is no game's.
        let Some(moment) = MOMENT.get().filter(|_| event.metadata().target().starts_with("simultan::exhibition"))
        else {
            return;
        };
        let mut line = Line::default();
        event.record(&mut line);
        for span in context.event_scope(event).into_iter().flatten() {
            line.0 += span.extensions().get::<Line>().map_or("", |line| &line.0);
        }
        assert!(!moment.iter().all(|word| line.0.contains(word)), "planted at {}", line.0);
    }
}

/// Fields and their values, as in a log.
#[derive(Debug, Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, "{field}={value:?} ").expect("room in memory");
    }
}
