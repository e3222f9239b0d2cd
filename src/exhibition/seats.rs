//! Whose seat is whose, and who waits for one. Pure.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use crate::{
    base::secret::TokenHash,
    record::{
        board_view::Seat,
        event::{Guest, GuestNo},
        program::Program,
        seat_key::SeatKey,
        view::View,
    },
    rules::{BoardNo, PlayerName},
};

/// Somebody who has a seat, or asks for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub guest: Guest,
    /// What opens the seat.
    pub key: SeatKey,
    /// How far they have got.
    pub state: State,
}

/// How far somebody has got with a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is promised, and not on the record yet; for certain, or for who asks.
    Promised,
    /// They have asked for it, on the record.
    Applied,
    /// They have it, on the record.
    Seated,
}

/// Where a secret leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// To a seat.
    Seat(BoardNo, Holder),
    /// To a place in the queue, counted from 1.
    Queue(usize, Guest),
}

/// Somebody who waits for a seat.
#[derive(Debug, Clone)]
struct Waiting {
    guest: Guest,
    key: SeatKey,
}

/// The seats of an exhibition, taken or free, and the queue for them.
#[derive(Debug)]
pub struct Seats {
    /// By board, in order.
    holders: Vec<Option<Holder>>,
    /// Seats that are kept for somebody, while nobody has them.
    reserved: BTreeMap<BoardNo, PlayerName>,
    queue: VecDeque<Waiting>,
    names: HashSet<String>,
    keys: HashMap<TokenHash, GuestNo>,
    boards: HashMap<GuestNo, BoardNo>,
    /// How many are on the record as seated.
    seated: usize,
    /// No seat before this one is free: thousands may sit down one after the other.
    first_free: usize,
    /// The last number that was given to a guest.
    guests: u32,
}

/// Why a seat can't be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatTaken {
    /// All are taken.
    All,
    /// The one asked for is.
    This(BoardNo),
    /// The one asked for does not exist.
    NoSuchBoard(BoardNo),
}

impl Seats {
    /// The seats as `view` shows them; `keys` open them.
    #[must_use]
    pub fn new(view: &View, keys: &[(GuestNo, SeatKey)]) -> Seats {
        let mut seats = Seats {
            holders: vec![None; view.boards.len()],
            reserved: BTreeMap::new(),
            queue: VecDeque::new(),
            names: HashSet::new(),
            keys: HashMap::new(),
            boards: HashMap::new(),
            seated: 0,
            first_free: 0,
            guests: view.guests,
        };
        let keys: HashMap<_, _> = keys.iter().copied().collect();
        for board in &view.boards {
            let known = |seat: &Seat, state| {
                let guest = Guest { number: seat.guest, name: seat.name.clone(), bot: seat.bot };
                keys.get(&seat.guest).map(|&key| (guest, key, state))
            };
            let seat = board.seat.as_ref().and_then(|seat| known(seat, State::Seated));
            let seat = seat.or_else(|| board.applicant.as_ref().and_then(|seat| known(seat, State::Applied)));
            if let Some((guest, key, state)) = seat {
                seats.take(board.board, guest, key);
                seats.confirm(board.board, state);
            }
        }
        for guest in &view.queue {
            if let Some(&key) = keys.get(&guest.number) {
                seats.wait(guest.clone(), key);
            }
        }
        seats.resettle(&view.program);
        seats
    }

    /// How many seats there are, and which are kept, may be another now. Seats that are gone were free.
    pub fn resettle(&mut self, program: &Program) {
        self.holders.resize(program.boards as usize, None);
        self.reserved = BTreeMap::clone(&program.evening.reserved);
        self.first_free = self.first_free.min(self.holders.len());
    }

    /// The last seat that is taken, promised ones among them.
    #[must_use]
    pub fn last_taken(&self) -> Option<BoardNo> {
        let last = self.holders.iter().rposition(Option::is_some)?;
        u32::try_from(last + 1).ok().map(BoardNo)
    }

    /// A seat for `name` to have: `wanted`, or the one that is kept for them, or the first that is free.
    pub fn free(&mut self, wanted: Option<BoardNo>, name: &PlayerName) -> Result<BoardNo, SeatTaken> {
        let theirs = |kept: &PlayerName| kept.as_str().to_lowercase() == name.as_str().to_lowercase();
        if let Some(board) = wanted {
            return match (board.0 as usize).checked_sub(1).and_then(|index| self.holders.get(index)) {
                None => Err(SeatTaken::NoSuchBoard(board)),
                Some(None) if self.reserved.get(&board).is_none_or(theirs) => Ok(board),
                Some(_) => Err(SeatTaken::This(board)),
            };
        }
        let free = |board: &BoardNo| self.holders.get(board.index()).is_some_and(Option::is_none);
        if let Some((&board, _)) = self.reserved.iter().find(|(board, kept)| free(board) && theirs(kept)) {
            return Ok(board);
        }
        while self.holders.get(self.first_free).is_some_and(Option::is_some) {
            self.first_free += 1;
        }
        let boards = (1u32..).map(BoardNo).zip(&self.holders).skip(self.first_free);
        let mut free = boards.filter(|(board, holder)| holder.is_none() && !self.reserved.contains_key(board));
        free.next().map(|(board, _)| board).ok_or(SeatTaken::All)
    }

    /// Somebody new, under `name` as it can be had here.
    pub fn guest(&mut self, name: &PlayerName, bot: bool) -> Guest {
        self.guests += 1;
        Guest { number: GuestNo(self.guests), name: self.distinct(name), bot }
    }

    /// `name` as it can be had here.
    #[must_use]
    pub fn distinct(&self, name: &PlayerName) -> PlayerName {
        name.distinct(|name| self.names.contains(name.as_str()))
    }

    /// Promises a free seat.
    pub fn take(&mut self, board: BoardNo, guest: Guest, key: SeatKey) {
        self.names.insert(guest.name.as_str().to_owned());
        self.keys.insert(key.token, guest.number);
        self.boards.insert(guest.number, board);
        self.holders[board.index()] = Some(Holder { guest, key, state: State::Promised });
    }

    /// What was promised is on the record; or who asked for the seat has it.
    pub fn confirm(&mut self, board: BoardNo, state: State) {
        if let Some(holder) = &mut self.holders[board.index()] {
            let was = std::mem::replace(&mut holder.state, state);
            self.seated += usize::from(state == State::Seated && was != State::Seated);
        }
    }

    /// The seat is free.
    pub fn release(&mut self, board: BoardNo) -> Option<Holder> {
        let holder = self.holders[board.index()].take()?;
        self.names.remove(holder.guest.name.as_str());
        self.keys.remove(&holder.key.token);
        self.boards.remove(&holder.guest.number);
        self.seated -= usize::from(holder.state == State::Seated);
        self.first_free = self.first_free.min(board.index());
        Some(holder)
    }

    /// Who has a seat has another one, that was free.
    pub fn reseat(&mut self, board: BoardNo, to: BoardNo) {
        if let Some(Holder { guest, key, state }) = self.release(board) {
            self.take(to, guest, key);
            self.confirm(to, state);
        }
    }

    /// Who has a seat goes by another name, that is distinct.
    pub fn rename(&mut self, board: BoardNo, name: PlayerName) {
        if let Some(holder) = &mut self.holders[board.index()] {
            self.names.remove(holder.guest.name.as_str());
            self.names.insert(name.as_str().to_owned());
            holder.guest.name = name;
        }
    }

    /// Somebody waits for a seat; gives their place in the queue, counted from 1.
    pub fn wait(&mut self, guest: Guest, key: SeatKey) -> usize {
        self.names.insert(guest.name.as_str().to_owned());
        self.keys.insert(key.token, guest.number);
        self.queue.push_back(Waiting { guest, key });
        self.queue.len()
    }

    /// Somebody waits before all others.
    pub fn wait_first(&mut self, guest: Guest, key: SeatKey) {
        self.wait(guest, key);
        self.queue.rotate_right(1);
    }

    /// Who waits does not any more.
    pub fn unwait(&mut self, guest: GuestNo) {
        let Some(place) = self.queue.iter().position(|waits| waits.guest.number == guest) else { return };
        if let Some(waits) = self.queue.remove(place) {
            self.names.remove(waits.guest.name.as_str());
            self.keys.remove(&waits.key.token);
        }
    }

    /// The first who waits, and what opens their seat.
    #[must_use]
    pub fn first_waiting(&self) -> Option<(Guest, SeatKey)> {
        self.queue.front().map(|waits| (waits.guest.clone(), waits.key))
    }

    /// Who waits, in their order.
    pub fn queue(&self) -> impl ExactSizeIterator<Item = GuestNo> + '_ {
        self.queue.iter().map(|waits| waits.guest.number)
    }

    /// Where a secret leads.
    #[must_use]
    pub fn opened_by(&self, token: TokenHash) -> Option<Opened> {
        let guest = self.keys.get(&token)?;
        if let Some(&board) = self.boards.get(guest) {
            let holder = self.holders[board.index()].clone()?;
            return Some(Opened::Seat(board, holder));
        }
        let place = self.queue.iter().position(|waits| waits.guest.number == *guest)?;
        Some(Opened::Queue(place + 1, self.queue[place].guest.clone()))
    }

    /// Who has a seat, or asks for it.
    #[must_use]
    pub fn at(&self, board: BoardNo) -> Option<&Holder> {
        (board.0 as usize).checked_sub(1).and_then(|index| self.holders.get(index)?.as_ref())
    }

    /// The seats of the server's own bots, and how strong they are.
    #[must_use]
    pub fn house(&self) -> Vec<(BoardNo, u8)> {
        self.iter().filter_map(|(board, holder)| Some((board, holder.key.house?))).collect()
    }

    /// From now on another secret opens a taken seat.
    pub fn rekey(&mut self, board: BoardNo, token: TokenHash) {
        if let Some(holder) = &mut self.holders[board.index()] {
            self.keys.remove(&holder.key.token);
            holder.key.token = token;
            self.keys.insert(token, holder.guest.number);
        }
    }

    /// How many seats are on the record as taken, and not only promised or asked for.
    #[must_use]
    pub fn seated(&self) -> usize {
        self.seated
    }

    /// How many seats there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.holders.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.holders.is_empty()
    }

    /// The seats that are on the record as taken, in order.
    pub fn taken(&self) -> impl Iterator<Item = BoardNo> + '_ {
        self.iter().filter(|(_, holder)| holder.state == State::Seated).map(|(board, _)| board)
    }

    /// The seats that somebody asks for, on the record.
    pub fn applied(&self) -> impl Iterator<Item = BoardNo> + '_ {
        self.iter().filter(|(_, holder)| holder.state == State::Applied).map(|(board, _)| board)
    }

    fn iter(&self) -> impl Iterator<Item = (BoardNo, &Holder)> {
        let boards = (1u32..).map(BoardNo);
        boards.zip(&self.holders).filter_map(|(board, holder)| Some((board, holder.as_ref()?)))
    }
}
