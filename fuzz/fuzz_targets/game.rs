//! A game against a model of it that knows no hash, no bitboard and no clock but a list of moves, texts and sums: whatever
//! both sides try, the same happens or is refused for the same reason, and the record of it can be taken up again.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use shakmaty::{CastlingMode, Chess, Color, EnPassantMode, Position, Role, Square, fen::Fen, uci::UciMove};
use simultan_fuzz::rules::{
    ClockReading, ClockSettings, Command, Fact, Game, GameResult, GameStatus, Millis, Refusal, Termination,
};

#[derive(Debug, Arbitrary)]
enum Attempt {
    Legal(u8),
    Wild {
        from: u8,
        to: u8,
        promotion: u8,
        ply: i8,
    },
    Null,
    Resign,
    Offer,
    Accept,
    Decline,
    Retract,
    Resend(u8),
    Start,
    /// Back to where both knights came from, so that positions repeat.
    Shuffle,
}

#[derive(Debug, Arbitrary)]
struct Step {
    attempt: Attempt,
    white: bool,
    after: u16,
}

#[derive(Debug, Arbitrary)]
struct Input {
    clock: Option<(u8, u8, u8)>,
    waits: bool,
    steps: Vec<Step>,
}

fuzz_target!(|input: Input| {
    let clock = input.clock.map(|(initial, increment, extra)| {
        let seconds = |count: u8| Millis(1000 * u64::from(count));
        let settings = ClockSettings::new(seconds(initial.max(1)), seconds(increment % 30)).expect("in bounds");
        settings.with_master_extra(seconds(extra))
    });
    let (mut game, mut model) = (Game::new(clock), Model::new(clock));
    if !input.waits {
        game.start();
        model.status = GameStatus::Playing;
    }
    let mut record = Vec::new();
    let mut now = Millis::ZERO;
    for (number, step) in input.steps.iter().take(250).enumerate() {
        now = now.plus(Millis(u64::from(step.after)));
        let fallen = game.flag(now);
        assert_eq!(fallen, model.flag(now).map(|(result, termination)| Fact::Ended { result, termination }));
        if let Some(fact) = fallen {
            happen(&mut game, &mut model, fact, now, &mut record);
        }
        let by = if step.white { Color::White } else { Color::Black };
        let (by, command) = match command(&game, step, by) {
            Some(tried) => tried,
            None => {
                match step.attempt {
                    Attempt::Resend(ply) => model.check_resend(&game, by, u32::from(ply)),
                    _ => {
                        game.start();
                        if model.status == GameStatus::Waiting {
                            model.status = GameStatus::Playing;
                        }
                    }
                }
                continue;
            }
        };
        let decided = game.decide(by, &command, now);
        assert_eq!(
            decided.as_ref().map(|facts| brief(facts)),
            model.decide(by, &command).as_ref().map(Vec::clone),
            "{command:?}"
        );
        for fact in decided.into_iter().flatten() {
            happen(&mut game, &mut model, fact, now, &mut record);
        }
        if number % 4 == 0 || number + 1 == input.steps.len() {
            model.compare(&game, now);
        }
    }
    take_up(clock, &game, &model, &record);
});

/// What a fact is, in words the model has too.
fn brief(facts: &[Fact]) -> Vec<String> {
    let word = |fact: &Fact| match fact {
        Fact::Moved(played) => played.uci.to_string(),
        Fact::Retracted(retracted) => format!("ply {} taken back", retracted.ply),
        Fact::DrawOffered { by } => format!("offered by {by}"),
        Fact::DrawDeclined { by } => format!("declined by {by}"),
        Fact::Ended { result, termination } => end_word(*result, *termination),
    };
    facts.iter().map(word).collect()
}

fn end_word(result: GameResult, termination: Termination) -> String {
    format!("{} by {}", result.as_str(), termination.as_str())
}

/// Who tries what; `None` for what is no command.
fn command(game: &Game, step: &Step, by: Color) -> Option<(Color, Command)> {
    let (turn, next) = (game.position().turn(), game.ply() + 1);
    let command = match step.attempt {
        Attempt::Legal(choice) => {
            let legal = game.position().legal_moves();
            let mv = legal.get(usize::from(choice) % legal.len().max(1))?;
            let uci = mv.to_uci(if choice & 128 == 0 { CastlingMode::Standard } else { CastlingMode::Chess960 });
            return Some((turn, Command::Move { ply: next, uci }));
        }
        Attempt::Shuffle => {
            let words = ["b1c3", "b8c6", "c3b1", "c6b8"];
            let uci = words[game.ply() as usize % 4].parse().expect("a move");
            return Some((turn, Command::Move { ply: next, uci }));
        }
        Attempt::Wild { from, to, promotion, ply } => {
            let square = |index: u8| Square::new(u32::from(index % 64));
            let promotion = Role::ALL.into_iter().nth(usize::from(promotion % 12));
            let uci = UciMove::Normal { from: square(from), to: square(to), promotion };
            Command::Move { ply: next.saturating_add_signed(i32::from(ply % 3)), uci }
        }
        Attempt::Null => Command::Move { ply: next, uci: UciMove::Null },
        Attempt::Resign => Command::Resign,
        Attempt::Offer => Command::OfferDraw,
        Attempt::Accept => Command::AcceptDraw,
        Attempt::Decline => Command::DeclineDraw,
        Attempt::Retract => Command::Retract,
        Attempt::Resend(_) | Attempt::Start => return None,
    };
    Some((by, command))
}

fn happen(game: &mut Game, model: &mut Model, fact: Fact, now: Millis, record: &mut Vec<(Fact, Millis)>) {
    assert_eq!(game.check(&fact), Ok(()), "what happens could be read again: {fact:?}");
    if let Fact::Moved(played) = &fact {
        assert_eq!((played.ply, played.fen()), (model.moves.len() as u32 + 1, model.fen_after(played.uci)));
        assert_eq!(played.clock, model.clock_after(now), "the clocks after a move");
    }
    game.apply(&fact, now);
    model.apply(&fact, now);
    record.push((fact, now));
}

/// From the record, as after a restart, comes the same game.
fn take_up(clock: Option<ClockSettings>, game: &Game, model: &Model, record: &[(Fact, Millis)]) {
    let mut again = Game::new(clock);
    if model.status != GameStatus::Waiting {
        again.start();
    }
    for (fact, at) in record {
        assert_eq!(again.check(fact), Ok(()));
        let fact = match fact {
            Fact::Moved(played) => {
                let recalled = again.recall(played.ply, played.uci, played.clock, played.hash);
                assert_eq!(recalled.as_ref(), Ok(played));
                Fact::Moved(recalled.expect("just seen"))
            }
            Fact::Retracted(retracted) => {
                let banks = retracted.clock.map(|clock| (clock.white, clock.black));
                let recalled = again.recall_retraction(retracted.ply, banks, retracted.hash);
                assert_eq!(recalled.as_ref(), Ok(retracted));
                Fact::Retracted(recalled.expect("just seen"))
            }
            other => other.clone(),
        };
        again.apply(&fact, *at);
    }
    assert_eq!(format!("{again:?}"), format!("{game:?}"));
}

/// The contract's page as a program.
struct Model {
    settings: Option<ClockSettings>,
    status: GameStatus,
    moves: Vec<UciMove>,
    /// Every position as a FEN, the first one first.
    fens: Vec<String>,
    offer: Option<Color>,
    /// Who has offered since his last move: white, black.
    offered: [bool; 2],
    /// White's and Black's time, when it was written down, and whose runs.
    banks: [i128; 2],
    since: u64,
    running: Option<Color>,
    /// Before the master's last move, while nobody has moved since: whose offer stood, who had offered, the banks, and whose
    /// clock ran.
    undo: Option<(Option<Color>, [bool; 2], [i128; 2], Option<Color>)>,
}

fn side(color: Color) -> usize {
    color.fold_wb(0, 1)
}

fn position(fen: &str) -> Chess {
    fen.parse::<Fen>().expect("a FEN").into_position(CastlingMode::Standard).expect("a position")
}

fn fen(position: &Chess) -> String {
    Fen::from_position(position, EnPassantMode::Legal).to_string()
}

impl Model {
    fn new(settings: Option<ClockSettings>) -> Model {
        let bank = |color| {
            settings.map_or(0, |clock: ClockSettings| {
                i128::from(clock.initial.0) + if color == Color::White { i128::from(clock.master_extra.0) } else { 0 }
            })
        };
        Model {
            settings,
            status: GameStatus::Waiting,
            moves: Vec::new(),
            fens: vec![fen(&Chess::default())],
            offer: None,
            offered: [false; 2],
            banks: [bank(Color::White), bank(Color::Black)],
            since: 0,
            running: None,
            undo: None,
        }
    }

    fn now(&self) -> Chess {
        position(self.fens.last().expect("a position"))
    }

    fn turn(&self) -> Color {
        if self.moves.len() % 2 == 0 { Color::White } else { Color::Black }
    }

    fn fen_after(&self, uci: UciMove) -> String {
        let now = self.now();
        fen(&now.clone().play(uci.to_move(&now).expect("a legal move")).expect("a legal move"))
    }

    fn decide(&self, by: Color, command: &Command) -> Result<Vec<String>, Refusal> {
        let offered = self.offer == Some(by.other());
        let draw = || vec![end_word(GameResult::Draw, Termination::Agreement)];
        match (self.status, command) {
            (GameStatus::Ended(..), _) => Err(Refusal::GameOver),
            (_, Command::Move { ply, .. }) if *ply as usize != self.moves.len() + 1 => Err(Refusal::StalePly),
            (_, Command::Move { .. }) if by != self.turn() => Err(Refusal::NotYourTurn),
            (GameStatus::Waiting, _) => Err(Refusal::NotAllowed("the exhibition has not started yet")),
            (_, Command::Move { uci, .. }) => self.decide_move(*uci),
            (_, Command::Retract) if by == Color::White && self.undo.is_some() => {
                Ok(vec![format!("ply {} taken back", self.moves.len())])
            }
            (_, Command::Retract) => Err(Refusal::NotAllowed("there is no move of yours here that can be taken back")),
            (_, Command::Resign) => Ok(vec![end_word(GameResult::win_of(by.other()), Termination::Resignation)]),
            (_, Command::AcceptDraw | Command::OfferDraw) if offered => Ok(draw()),
            (_, Command::DeclineDraw) if offered => Ok(vec![format!("declined by {by}")]),
            (_, Command::AcceptDraw | Command::DeclineDraw) => {
                Err(Refusal::NotAllowed("there is no draw offer to answer"))
            }
            (_, Command::OfferDraw) if self.offered[side(by)] => Err(Refusal::NotAllowed(
                "you have offered a draw since your last move: the next offer comes with the next move",
            )),
            (_, Command::OfferDraw) => Ok(vec![format!("offered by {by}")]),
        }
    }

    fn decide_move(&self, uci: UciMove) -> Result<Vec<String>, Refusal> {
        let now = self.now();
        let legal = now.legal_moves();
        let ways = |mv: &shakmaty::Move| [mv.to_uci(CastlingMode::Standard), mv.to_uci(CastlingMode::Chess960)];
        let mv = legal.iter().find(|mv| ways(mv).contains(&uci)).ok_or(Refusal::IllegalMove)?;
        let mut happened = vec![mv.to_uci(CastlingMode::Standard).to_string()];
        let after = now.play(*mv).expect("a legal move");
        happened.extend(self.end_of(&after).map(|(result, termination)| end_word(result, termination)));
        Ok(happened)
    }

    fn end_of(&self, after: &Chess) -> Option<(GameResult, Termination)> {
        let draw = |termination| Some((GameResult::Draw, termination));
        let written = fen(after);
        // Without the counters.
        let picture = |fen: &str| fen.split(' ').take(4).map(str::to_owned).collect::<Vec<_>>();
        let times = self.fens.iter().filter(|earlier| picture(earlier) == picture(&written)).count();
        match after.legal_moves().is_empty() {
            true if after.is_check() => Some((GameResult::win_of(after.turn().other()), Termination::Checkmate)),
            true => draw(Termination::Stalemate),
            false if after.is_insufficient_material() => draw(Termination::InsufficientMaterial),
            false if times >= 2 => draw(Termination::ThreefoldRepetition),
            false if after.halfmoves() >= 100 => draw(Termination::FiftyMoves),
            false => None,
        }
    }

    fn reading(&self, now: Millis) -> [i128; 2] {
        let mut banks = self.banks;
        if let Some(color) = self.running {
            banks[side(color)] = (banks[side(color)] - i128::from(now.0 - self.since)).max(0);
        }
        banks
    }

    fn clock_after(&self, now: Millis) -> Option<ClockReading> {
        let settings = self.settings?;
        let mut banks = self.reading(now);
        banks[side(self.turn())] += i128::from(settings.increment.0);
        let [white, black] = banks.map(|bank| Millis(u64::try_from(bank).expect("time left")));
        Some(ClockReading { white, black, running: Some(self.turn().other()) })
    }

    fn flag(&self, now: Millis) -> Option<(GameResult, Termination)> {
        let color = self.running.filter(|_| self.status == GameStatus::Playing)?;
        let late = i128::from(now.0 - self.since) > self.banks[side(color)];
        let result = match self.now().has_insufficient_material(color.other()) {
            true => GameResult::Draw,
            false => GameResult::win_of(color.other()),
        };
        late.then_some((result, Termination::TimeForfeit))
    }

    fn apply(&mut self, fact: &Fact, now: Millis) {
        match fact {
            Fact::Moved(played) => {
                let mover = self.turn();
                let before = (self.offer, self.offered, self.reading(now), self.running);
                self.undo = (mover == Color::White).then_some(before);
                if let Some(reading) = self.clock_after(now) {
                    self.banks = [i128::from(reading.white.0), i128::from(reading.black.0)];
                    (self.since, self.running) = (now.0, Some(mover.other()));
                }
                let fen = self.fen_after(played.uci);
                self.fens.push(fen);
                self.moves.push(played.uci);
                self.offered[side(mover)] = false;
                self.offer = self.offer.filter(|by| *by == mover);
            }
            Fact::Retracted(_) => {
                self.moves.pop();
                self.fens.pop();
                let before = self.undo.take().expect("it was said to be possible");
                (self.offer, self.offered, self.banks, self.running) = before;
                self.since = now.0;
            }
            Fact::DrawOffered { by } => {
                self.offer = Some(*by);
                self.offered[side(*by)] = true;
            }
            Fact::DrawDeclined { .. } => self.offer = None,
            Fact::Ended { result, termination } => {
                (self.banks, self.running) = (self.reading(now), None);
                self.status = GameStatus::Ended(*result, *termination);
                self.offer = None;
            }
        }
    }

    fn check_resend(&self, game: &Game, by: Color, ply: u32) {
        let stored = (ply as usize).checked_sub(1).and_then(|place| self.moves.get(place));
        let own = (ply % 2 == 1) == by.is_white();
        for uci in self.moves.iter().take(40) {
            let answer = game.played_before(by, ply, *uci);
            let expected = stored.filter(|stored| own && *stored == uci);
            assert_eq!(answer.map(|played| (played.ply, played.uci)), expected.map(|uci| (ply, *uci)));
        }
    }

    fn compare(&self, game: &Game, now: Millis) {
        assert_eq!((game.status(), game.draw_offer()), (self.status, self.offer));
        assert_eq!((game.moves().collect::<Vec<_>>(), fen(game.position())), (self.moves.clone(), fen(&self.now())));
        let shown = game.clock(now);
        assert_eq!(shown.is_some(), self.settings.is_some());
        if let Some(ClockReading { white, black, running }) = shown {
            assert_eq!(([white.0.into(), black.0.into()], running), (self.reading(now), self.running));
        }
        let waits = self.status == GameStatus::Playing;
        assert!(Color::ALL.into_iter().all(|color| game.waits_for(color) == (waits && color == self.turn())));
        assert!(game.due().is_none(), "an end is stored with its move");
    }
}
