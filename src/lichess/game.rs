//! A game and those who are told of it: what each notice comes to in lines, and what each question comes to.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{broadcast, mpsc, oneshot},
    time::Instant,
};

use super::{
    act::{Act, Beginning, InFlight, Wait},
    asks::{Ask, Leaving},
    chat::{Chat, Said},
    events::{Events, To},
    refusal::Refusal,
    sheet::Sheet,
    stream::{Line, Lines},
};
use crate::{
    base::metrics::Metrics,
    exhibition::board::Notice,
    record::{event::ExhibitionId, program::Program},
    rules::{BoardNo, ClockReading, Command, GameStatus},
    wire::lichess::{GameId, LichessGame, LichessUser, chat_line},
};

/// A client whose game stream is gone is told of the game again after this time: some take a broken stream for the game's
/// end, and come back for nothing else.
const REJOIN: Duration = Duration::from_secs(3);
/// A client that was told of the game and does not open its stream is told again after this time, and once more after three
/// times as long: it may have taken the game for another one. Whoever has no room for it must not be told for ever.
const UNOPENED: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(30)];
/// The game as it stands is told again after this silence before both have moved: clients wish to abort after 30 s of it.
const SILENCE_AT_FIRST: Duration = Duration::from_secs(12);
/// And later, where the master has far to walk, or the clocks stand still. Only while the master is to move: a plain client
/// answers each line in which it is its turn with a move.
const SILENCE: Duration = Duration::from_secs(50);
/// How many streams of one game there may be: a client has one, and another while it comes back.
const MOST_STREAMS: usize = 8;

/// A game and those who are told of it.
#[derive(Debug)]
pub(super) struct Game {
    user: LichessUser,
    events: Arc<Events>,
    said: broadcast::Sender<Said>,
    metrics: Metrics,
    id: Option<GameId>,
    program: Option<Arc<Program>>,
    sheet: Option<Sheet>,
    streams: Vec<Lines>,
    chat: Chat,
    in_flight: Option<InFlight>,
    last_line: Instant,
    /// When the game is announced again.
    rejoins: Option<Instant>,
    /// How often it was announced and its stream not opened.
    unopened: usize,
    over_since: Option<Instant>,
}

impl Game {
    pub(super) fn new(user: LichessUser, events: Arc<Events>, said: broadcast::Sender<Said>, metrics: Metrics) -> Game {
        Game {
            user,
            events,
            said,
            metrics,
            id: None,
            program: None,
            sheet: None,
            streams: Vec::new(),
            chat: Chat::new(),
            in_flight: None,
            last_line: Instant::now(),
            rejoins: None,
            unopened: 0,
            over_since: None,
        }
    }

    /// It is the game on this board.
    pub(super) fn sit_at(&mut self, exhibition: ExhibitionId, board: BoardNo, program: Arc<Program>) {
        let id = GameId { exhibition, board };
        if self.id.replace(id) != Some(id) {
            self.sheet = None;
        }
        self.program = Some(program);
    }

    /// What is settled about the exhibition now.
    pub(super) fn set_program(&mut self, program: Arc<Program>) {
        self.program = Some(program);
    }

    /// Whether another question can be answered: nothing waits for the board.
    pub(super) fn is_idle(&self) -> bool {
        self.in_flight.is_none()
    }

    pub(super) fn over_since(&self) -> Option<Instant> {
        self.over_since
    }

    /// When something is due that nobody asks for.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let sheet = self.sheet.as_ref().filter(|sheet| sheet.status() == GameStatus::Playing)?;
        let silence = if sheet.ply() < 2 { SILENCE_AT_FIRST } else { SILENCE };
        let repeats = (!self.streams.is_empty() && !sheet.is_own_turn()).then_some(self.last_line + silence);
        [repeats, self.rejoins].into_iter().flatten().min()
    }

    /// Does what is due.
    pub(super) fn tick(&mut self, now: Instant) {
        if self.rejoins.is_some_and(|rejoins| rejoins <= now) {
            self.rejoins = None;
            // Who plays another game may have no room for this one, and would play it twice when there is some.
            if self.unopened == 0 || !self.events.is_any_played() {
                self.announce(To::Again);
            }
        }
        let silent = self.next_due().is_some_and(|due| due <= now);
        if silent {
            self.tell_state();
        }
    }

    /// Takes in what the board says. Gives what is to be said to it next.
    pub(super) fn hear(&mut self, notice: Notice) -> Option<Command> {
        if let Notice::Moved { arrived: Some(arrived), .. } = &notice {
            self.metrics.receipt(arrived.elapsed());
        }
        let outcome = self.in_flight.as_ref().and_then(|in_flight| in_flight.outcome(&notice));
        let refused = matches!(outcome, Some(Err(_)));
        self.take_in(notice);
        let next = outcome.and_then(|outcome| self.settle(outcome));
        if refused && self.sheet.as_ref().is_some_and(|sheet| sheet.is_own_turn()) {
            // Clients do not repeat what is refused: they wait for a line.
            self.tell_state();
        }
        next
    }

    /// Answers what has waited for the board, unless a second command belongs to it.
    fn settle(&mut self, outcome: Result<(), Refusal>) -> Option<Command> {
        let in_flight = self.in_flight.take()?;
        let over = self.over_since.is_some();
        match (outcome, in_flight.then.clone()) {
            (Ok(()), Some(then)) if !over => {
                self.in_flight = Some(InFlight { wait: Wait::Offer, then: None, ..in_flight });
                Some(then)
            }
            (outcome, _) => {
                // An offer that comes with a move is no part of what was promised: the move is stored.
                let offered = in_flight.wait == Wait::Offer && in_flight.moved;
                let _ = in_flight.reply.send(if offered { Ok(()) } else { outcome });
                None
            }
        }
    }

    /// Nobody will answer what has waited for the board.
    pub(super) fn fail_in_flight(&mut self) {
        if let Some(in_flight) = self.in_flight.take() {
            let _ = in_flight.reply.send(Err(Refusal::restarting()));
        }
    }

    fn take_in(&mut self, notice: Notice) {
        match notice {
            Notice::Game { game, clock, .. } => self.set_up(&game, clock),
            Notice::Started { clock } => {
                self.change(|sheet| sheet.begin(clock));
                self.announce(To::All);
            }
            // One that was asked for again is known already.
            Notice::Moved { played, ends, .. }
                if self.sheet.as_ref().is_some_and(|sheet| sheet.ply() + 1 == played.ply) =>
            {
                self.change(|sheet| sheet.play(&played));
                // With the move that ends a game its end is told: a client would look for a move first.
                if !ends {
                    self.tell_state();
                }
            }
            Notice::Clock { clock } => self.change(|sheet| sheet.set_clock(clock)),
            Notice::DrawOffered { by } => {
                self.change(|sheet| sheet.set_offer(Some(by)));
                self.tell_state();
            }
            Notice::DrawDeclined { .. } => {
                self.change(|sheet| sheet.set_offer(None));
                self.tell_state();
            }
            Notice::Retracted { retracted } => {
                self.change(|sheet| sheet.retract(&retracted));
                // A list of moves that has become shorter is understood at a stream's beginning alone.
                self.leave();
            }
            Notice::Ended { status } => {
                self.change(|sheet| sheet.end(status));
                self.finish(true);
            }
            _ => {}
        }
    }

    /// The whole game, as it stands.
    fn set_up(&mut self, game: &crate::rules::Game, clock: Option<ClockReading>) {
        let (Some(id), Some(program)) = (self.id, &self.program) else { return };
        // Clients find their colour by the names: they must differ.
        let same = program.master.to_lowercase() == self.user.id();
        let master = if same { format!("{} (master)", program.master) } else { program.master.to_string() };
        // Without a title, though it may be a program: clients are less patient with those.
        let players = [self.user.clone(), LichessUser { name: master, bot: false }];
        let known = self.sheet.as_ref().map(|sheet| (sheet.ply(), sheet.status()));
        let sheet = Sheet::new(LichessGame::new(id, players, program.created_at, game, clock));
        let (ply, status) = (sheet.ply(), sheet.status());
        self.sheet = Some(sheet);
        match status {
            GameStatus::Waiting => {}
            GameStatus::Playing if self.streams.is_empty() => self.announce(To::All),
            GameStatus::Playing if known == Some((ply, status)) => {}
            GameStatus::Playing => {
                // What was missed is more than a line says.
                self.leave();
            }
            // What was over before is no news.
            GameStatus::Ended(..) => self.finish(known.is_some_and(|(_, status)| status == GameStatus::Playing)),
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Sheet)) {
        if let Some(sheet) = &mut self.sheet {
            change(sheet);
            sheet.set_as_of_now();
        }
    }

    fn tell_state(&mut self) {
        if let Some(sheet) = &self.sheet {
            self.tell(&Line::of(sheet.state()));
        }
    }

    fn tell(&mut self, line: &Line) {
        let before = self.streams.len();
        self.streams.retain(|lines| lines.send(line.clone()));
        self.last_line = Instant::now();
        self.lost(before);
    }

    /// So many game streams were there before.
    fn lost(&mut self, before: usize) {
        if before > 0 && self.streams.is_empty() {
            self.leave();
        }
    }

    /// Nobody plays it any more: who has, is told of it again.
    fn leave(&mut self) {
        self.streams.clear();
        if let Some(id) = self.id {
            self.events.is_played(id, false);
        }
        self.unopened = 0;
        self.rejoins = self.over_since.is_none().then(|| Instant::now() + REJOIN);
    }

    /// Tells of the game where it is on and its stream is not open: a client plays twice that is told of what it plays.
    fn announce(&mut self, to: To) {
        if let Some((id, sheet)) = self.id.zip(self.sheet.as_ref())
            && sheet.status() == GameStatus::Playing
            && self.streams.is_empty()
        {
            self.events.announce(id, &Line::of(sheet.game_start()), to);
            self.rejoins = UNOPENED.get(self.unopened).map(|&after| Instant::now() + after);
            self.unopened += 1;
        }
    }

    /// The game is over: its streams end, and where that is news it is told of.
    fn finish(&mut self, news: bool) {
        if self.over_since.is_none()
            && let Some((id, sheet)) = self.id.zip(self.sheet.as_ref())
        {
            let state = Line::of(sheet.state());
            if news {
                self.events.finish(id, &Line::of(sheet.game_finish()));
            }
            self.streams.drain(..).for_each(|lines| {
                lines.send(state.clone());
                lines.send(Line::End);
            });
            self.over_since = Some(Instant::now());
        }
    }

    /// All streams are broken off, so that their clients come back.
    pub(super) fn break_off(&mut self) {
        self.leave();
    }

    /// Answers a question, or gives the command that the board answers, with when it was said.
    pub(super) fn answer(&mut self, ask: Ask, own: &mpsc::WeakSender<Ask>) -> Option<(Command, Instant)> {
        // Whoever does not wait for an answer any more does not need it.
        match ask {
            Ask::Act { act, arrived, reply } => return self.begin(act, arrived, reply),
            Ask::Watch { lines, reply } => drop(reply.send(self.watch(lines).map(|()| Leaving(own.clone())))),
            Ask::Say { room, text, reply } => {
                if let Some((game, program)) = self.id.zip(self.program.as_ref())
                    && program.evening.chat
                {
                    let said = Said { game, room, name: self.user.name.clone(), text };
                    self.say(said);
                }
                let _ = reply.send(());
            }
            Ask::Said { reply } => drop(reply.send(self.chat.lines().cloned().collect())),
            Ask::Info { reply } => {
                let on = self.sheet.as_ref().filter(|sheet| sheet.status() == GameStatus::Playing);
                let _ = reply.send(on.map(Sheet::info));
            }
            Ask::Challenge { reply } => {
                let _ = reply.send(self.sheet.as_ref().map(|sheet| sheet.challenge()));
                self.unopened = 0;
                self.announce(To::Asking);
            }
            Ask::Greet { stream } => {
                self.unopened = 0;
                self.announce(To::One(stream));
            }
            Ask::Left => {
                let before = self.streams.len();
                self.streams.retain(Lines::are_read);
                self.lost(before);
            }
        }
        None
    }

    fn begin(
        &mut self,
        act: Act,
        arrived: Instant,
        reply: oneshot::Sender<Result<(), Refusal>>,
    ) -> Option<(Command, Instant)> {
        let beginning = match &self.sheet {
            Some(sheet) => act.begin(sheet),
            None => Err(Refusal::NoSuchGame),
        };
        match beginning {
            Ok(Beginning::Command(command, wait, then)) => {
                let moved = matches!(wait, Wait::Move(_));
                self.in_flight = Some(InFlight { wait, then, moved, reply });
                Some((command, arrived))
            }
            Ok(Beginning::Done) => {
                let _ = reply.send(Ok(()));
                None
            }
            Err(refusal) => {
                let _ = reply.send(Err(refusal));
                None
            }
        }
    }

    /// Shows the game from now on.
    fn watch(&mut self, lines: Lines) -> Result<(), Refusal> {
        let sheet = self.sheet.as_ref().ok_or(Refusal::NoSuchGame)?;
        if sheet.status() == GameStatus::Waiting {
            return Err(Refusal::NoSuchGame);
        }
        lines.send(Line::of(sheet.full()));
        if sheet.status() != GameStatus::Playing {
            lines.send(Line::End);
            return Ok(());
        }
        if self.streams.len() == MOST_STREAMS {
            // The oldest is the one that nobody reads.
            self.streams.remove(0);
        }
        self.streams.push(lines);
        if let Some(id) = self.id {
            self.events.is_played(id, true);
        }
        (self.rejoins, self.unopened, self.last_line) = (None, 0, Instant::now());
        Ok(())
    }

    fn say(&mut self, said: Said) {
        if let Some(said) = self.chat.say(said).cloned() {
            self.tell(&Line::of(chat_line(said.room.as_str(), &said.name, &said.text)));
            // Where nobody listens it is only said.
            let _ = self.said.send(said);
        }
    }
}
