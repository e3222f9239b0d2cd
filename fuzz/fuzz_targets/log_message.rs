//! What comes from the log, whoever wrote it: a message is refused, or what it says is played as a node plays it, and shown.

#![no_main]

use libfuzzer_sys::fuzz_target;
use simultan_fuzz::{
    journal::{Passage, Replay},
    read_pgn,
    record::{bounds, event::ExhibitionId},
    relay::{Message, Pulse},
    wire::{self, pgn},
};

/// More boards would take the time of everything else.
const BOARDS: u32 = 64;

fuzz_target!(|bytes: &[u8]| {
    if let Some(pulse) = Pulse::read(bytes) {
        assert_eq!(Pulse::read(&pulse.written()), Some(pulse));
    }
    let Ok(message) = Message::read(bytes) else { return };
    let again = Message::read(&message.written());
    assert_eq!(again.as_ref(), Ok(&message), "what is written is read");
    message.passages.iter().for_each(follow);
});

/// Plays what a passage says of an exhibition that is new.
fn follow(passage: &Passage) {
    let id = ExhibitionId(passage.head.exhibition);
    let program = passage.program().filter(|program| program.boards <= BOARDS && bounds::beyond(program).is_none());
    let Some(program) = program else { return };
    let mut replay = Replay::new(id, program, u64::MAX);
    let Ok(lines) = passage.events() else { return };
    for line in lines {
        let Ok(line) = line else { return };
        let Ok(event) = replay.follow(line) else { return };
        if bounds::beyond_in(&event.kind, event.at, event.wall).is_some() || replay.view().program.boards > BOARDS {
            return;
        }
        let frame = wire::event_frame(&event, replay.view(), replay.view().stands_still());
        assert!(frame.starts_with('{'), "{frame}");
    }
    let view = replay.view();
    assert!(wire::snapshot(view, view.at).contains("\"seq\""));
    let _ = (wire::results(view), wire::results_csv(view));
    read_pgn(&pgn::games(view));
}
