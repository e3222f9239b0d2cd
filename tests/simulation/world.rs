//! What outlives a crash of the server: what everybody out there knows, and what has been seen to be wrong.

use std::{
    collections::BTreeMap,
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
};

use shakmaty::{Chess, Color};
use simultan::{
    record::program::{Admission, Evening},
    rules::{
        BoardNo, ClockSettings, MasterColor, Millis, OwnSetup, PlayerName, Setups, WalkMode, chess960_start,
        start_from_fen,
    },
};
use tokio::{sync::Notify, time::Instant};

use super::{bug::Bug, chance::Chance, disk::Disk};

static SHOWN: AtomicBool = AtomicBool::new(false);

/// Whether all that happens is printed as it happens.
pub(crate) fn show_traces(show: bool) {
    SHOWN.store(show, Ordering::Relaxed);
}

/// How bad things are; each in cases of a thousand.
#[derive(Debug, Clone)]
pub(crate) struct Weather {
    pub(crate) boards: u32,
    pub(crate) opponents: u32,
    pub(crate) spectators: u32,
    pub(crate) clock: Option<ClockSettings>,
    pub(crate) setups: Arc<Setups>,
    pub(crate) passes: Option<u32>,
    pub(crate) walk: WalkMode,
    /// How often a commit is refused, fails in the dark, or takes long.
    pub(crate) refused: u32,
    pub(crate) unknown: u32,
    pub(crate) slow: u32,
    /// How often the engine does anything but answer.
    pub(crate) engine: u32,
    /// How often a connection breaks, at each step of its client.
    pub(crate) network: u32,
    /// How often a client does something silly.
    pub(crate) folly: u32,
    /// How often the server crashes before the last time.
    pub(crate) crashes: u32,
    /// How often the server's process is stopped for a while in each life.
    pub(crate) stops: u32,
    /// Until the end of which round latecomers get a seat.
    pub(crate) late_rounds: u32,
    /// A person is the master.
    pub(crate) human: bool,
    /// Somebody organises the evening.
    pub(crate) organiser: bool,
    /// How often the organiser does what comes to mind, and not what is due.
    pub(crate) whims: u32,
    /// Who may come, and when it begins and ends.
    pub(crate) evening: Evening,
}

impl Weather {
    pub(crate) fn draw(chance: &mut Chance) -> Weather {
        let timed = chance.of_thousand(600);
        let clock = format!("{}s+{}s", chance.between(20, 240), chance.between(0, 5));
        let boards = u32::try_from(chance.between(1, 7)).expect("a few");
        let bad = |chance: &mut Chance, often, worst| {
            if chance.of_thousand(often) { u32::try_from(chance.between(1, worst)).expect("of a thousand") } else { 0 }
        };
        Weather {
            boards,
            // Sometimes more than there are seats.
            opponents: boards + u32::from(chance.of_thousand(200)),
            spectators: u32::try_from(chance.between(1, 3)).expect("a few"),
            clock: timed.then(|| clock.parse().expect("a clock")),
            setups: Arc::default(),
            passes: None,
            walk: *chance.pick(&[WalkMode::InTurn, WalkMode::UrgentFirst, WalkMode::ReadyFirst, WalkMode::OneAtATime]),
            refused: bad(chance, 500, 60),
            unknown: bad(chance, 300, 8),
            slow: bad(chance, 500, 50),
            engine: bad(chance, 500, 120),
            network: bad(chance, 700, 80),
            folly: bad(chance, 700, 200),
            crashes: u32::try_from(chance.between(0, 4)).expect("a few"),
            stops: 0,
            late_rounds: 0,
            human: false,
            organiser: false,
            whims: 0,
            evening: Evening::default(),
        }
    }

    /// Sometimes the process is stopped, and sometimes latecomers get a seat: by chance of its own, so that a seed's other
    /// troubles are what they were.
    pub(crate) fn with_stops_and_latecomers(self, chance: &mut Chance) -> Weather {
        let stops = if chance.of_thousand(250) { u32::try_from(chance.between(1, 4)).expect("a few") } else { 0 };
        let late_rounds =
            if chance.of_thousand(300) { 1 + u32::try_from(chance.between(0, 3)).expect("a few") } else { 0 };
        Weather { stops, late_rounds, ..self }
    }

    /// Sometimes a person is the master: again by chance of its own.
    pub(crate) fn with_human_master(self, chance: &mut Chance) -> Weather {
        Weather { human: chance.of_thousand(350), ..self }
    }

    /// Sometimes somebody organises the evening: by chance of its own too.
    pub(crate) fn with_organiser(self, chance: &mut Chance) -> Weather {
        if !chance.of_thousand(400) {
            return self;
        }
        let kept = PlayerName::parse(&format!("Guest {}", chance.between(1, 4))).expect("a name");
        let seat = BoardNo(u32::try_from(chance.between(1, self.boards.into())).expect("few"));
        let some = |chance: &mut Chance, low, high| chance.of_thousand(300).then(|| chance.between(low, high));
        let evening = Evening {
            code: chance.of_thousand(300).then(|| "ABCD".into()),
            admission: if chance.of_thousand(400) { Admission::Approval } else { Admission::Open },
            starts_at: some(chance, 1_000, 600_000),
            closes_after: some(chance, 60_000, 2_400_000).map(Millis),
            absent_after: some(chance, 60_000, 600_000).map(Millis),
            reserved: Arc::new(chance.of_thousand(300).then_some((seat, kept)).into_iter().collect()),
            ..Evening::default()
        };
        let opponents = self.opponents + u32::try_from(chance.between(0, 2)).expect("a few");
        Weather { organiser: true, whims: 500, evening, opponents, ..self }
    }

    /// Sometimes games begin otherwise than custom has it: once more by chance of its own.
    pub(crate) fn with_setups(self, chance: &mut Chance) -> Weather {
        let limit = u32::try_from(chance.between(0, 3)).expect("a few");
        let passes = chance.of_thousand(400).then_some(limit);
        if !chance.of_thousand(400) {
            return Weather { passes, ..self };
        }
        let lot = chance.between(0, u64::MAX);
        let colors = [MasterColor::White, MasterColor::Black, MasterColor::Alternating, MasterColor::ByLot(lot)];
        let ending = start_from_fen("4k3/pppp4/8/8/8/8/4PPPP/4K3 b - - 3 30").expect("a position");
        let number = u32::try_from(chance.between(0, 959)).expect("one of 960");
        let starts = [Chess::default(), chess960_start(number), ending];
        let own = OwnSetup {
            master: Some(Color::from_white(chance.of_thousand(500))),
            start: chance.of_thousand(500).then(|| chance.pick(&starts).clone()),
            clock: chance.of_thousand(500).then(|| chance.of_thousand(500).then(|| "25s+2s".parse().expect("a clock"))),
        };
        let board = BoardNo(u32::try_from(chance.between(1, self.boards.into())).expect("few"));
        let setups =
            Setups { color: *chance.pick(&colors), start: chance.pick(&starts).clone(), own: [(board, own)].into() };
        let extra = Millis(chance.between(0, 5000));
        let clock = self.clock.map(|clock| clock.with_extra_per_board(extra));
        Weather { setups: setups.into(), passes, clock, ..self }
    }

    /// Faults stop, and everything has to come to its end.
    pub(crate) fn calm(&self) -> Weather {
        let calm = self.clone();
        Weather {
            refused: 0,
            unknown: 0,
            slow: 0,
            engine: 0,
            network: 0,
            folly: 0,
            crashes: 0,
            stops: 0,
            whims: 0,
            ..calm
        }
    }
}

/// What somebody at a board knows: it outlives the server.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) name: String,
    pub(crate) token: Option<String>,
    pub(crate) board: Option<u64>,
    /// What he was told of, by ply.
    pub(crate) told: Vec<String>,
    /// A move of his without an answer.
    pub(crate) pending: Option<(u64, String)>,
    pub(crate) end: Option<(String, String)>,
    /// He will not sit down, or his game is over.
    pub(crate) done: bool,
    /// After so many plies he gives up.
    pub(crate) patience: u64,
    /// A planted panic has cut him off: he will not play that move again.
    pub(crate) shy: bool,
    pub(crate) chance: Chance,
}

#[derive(Debug)]
struct Known {
    trace: Vec<String>,
    steps: u64,
    hasher: DefaultHasher,
    violation: Option<String>,
    /// How many more points are passed before the crash.
    fuse: Option<u64>,
    receipts: u64,
    /// Every event as the first spectator got it, less its names of the moment, by number.
    events: BTreeMap<u64, String>,
    /// What everybody's picture is after an event.
    pictures: BTreeMap<u64, String>,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) bug: Option<Bug>,
    pub(crate) disk: Disk,
    pub(crate) memories: Vec<Arc<Mutex<Memory>>>,
    known: Mutex<Known>,
    /// The end of this life: a crash, or something wrong.
    pub(crate) doom: Notify,
}

impl World {
    pub(crate) fn new(weather: &Weather, bug: Option<Bug>, chance: &mut Chance) -> World {
        let memory = |number: u32, chance: &mut Chance| Memory {
            name: format!("Guest {number}"),
            token: None,
            board: None,
            told: Vec::new(),
            pending: None,
            end: None,
            done: false,
            patience: chance.between(2, 80),
            shy: false,
            chance: chance.fork(),
        };
        let memories = (1..=weather.opponents).map(|number| Arc::new(Mutex::new(memory(number, chance)))).collect();
        let known = Known {
            trace: Vec::new(),
            steps: 0,
            hasher: DefaultHasher::new(),
            violation: None,
            fuse: None,
            receipts: 0,
            events: BTreeMap::new(),
            pictures: BTreeMap::new(),
        };
        World { bug, disk: Disk::new(chance.fork()), memories, known: Mutex::new(known), doom: Notify::new() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().expect("nobody panics with it")
    }

    /// Something has happened. The seed's run is the list of these.
    pub(crate) fn note(&self, what: fmt::Arguments<'_>) {
        let line = format!("{:>9} ms  {what}", self.disk.began().elapsed().as_millis());
        if SHOWN.load(Ordering::Relaxed) {
            eprintln!("{line}");
        }
        let mut known = self.known();
        line.hash(&mut known.hasher);
        known.steps += 1;
        known.trace.push(line);
        if known.trace.len() > 400 {
            known.trace.drain(..200);
        }
    }

    /// A promise is broken: everything stops here.
    pub(crate) fn violated(&self, what: String) {
        self.note(format_args!("VIOLATION: {what}"));
        self.known().violation.get_or_insert(what);
        self.doom.notify_one();
    }

    /// A point at which the server may crash, a moment later.
    pub(crate) fn point(&self, name: &str) {
        let mut known = self.known();
        if let Some(fuse) = &mut known.fuse {
            *fuse = fuse.saturating_sub(1);
            if *fuse == 0 {
                known.fuse = None;
                drop(known);
                self.note(format_args!("crash soon after: {name}"));
                self.doom.notify_one();
            }
        }
    }

    pub(crate) fn light_fuse(&self, points: Option<u64>) {
        self.known().fuse = points;
    }

    /// Somebody was told of a move: it must be on the disk. That it is the only one at its place, but for those that the
    /// master has taken back, is seen when the record is played again.
    pub(crate) fn told_of_move(&self, board: u64, ply: u64, uci: &str) {
        self.known().receipts += 1;
        let stored = self.disk.stored_moves(board, ply);
        if !stored.iter().any(|stored| stored == uci) {
            self.violated(format!("ply {ply} of board {board} was told as {uci} and is stored as {stored:?}"));
        }
    }

    /// An event reached a spectator: all get the same one under this number, whenever they come.
    pub(crate) fn seen_event(&self, seq: u64, event: &str) {
        let before = self.known().events.entry(seq).or_insert_with(|| event.to_owned()).clone();
        if before != event {
            self.violated(format!("event {seq} was told as {before} and as {event}"));
        }
    }

    /// A spectator has folded everything up to `seq` into this.
    pub(crate) fn seen_picture(&self, seq: u64, picture: String) {
        let before = self.known().pictures.entry(seq).or_insert_with(|| picture.clone()).clone();
        if before != picture {
            self.violated(format!("after event {seq} one sees {before} and another {picture}"));
        }
    }

    pub(crate) fn violation(&self) -> Option<String> {
        self.known().violation.clone()
    }

    pub(crate) fn receipts(&self) -> u64 {
        self.known().receipts
    }

    pub(crate) fn steps(&self) -> u64 {
        self.known().steps
    }

    /// One number that tells two runs apart.
    pub(crate) fn trace_hash(&self) -> u64 {
        self.known().hasher.finish()
    }

    /// The last things that happened.
    pub(crate) fn last_lines(&self) -> String {
        let known = self.known();
        let from = known.trace.len().saturating_sub(60);
        known.trace[from..].join("\n")
    }
}

/// Waits for something that must not take for ever, in the exhibition's own hours.
pub(crate) fn hours(hours: u64) -> Instant {
    Instant::now() + std::time::Duration::from_secs(hours * 3600)
}
