//! Whose seat is whose. Pure.

use std::collections::{HashMap, HashSet};

use crate::{
    base::secret::TokenHash,
    record::{seat_key::SeatKey, view::View},
    rules::{BoardNo, PlayerName},
};

#[derive(Debug, Clone)]
struct Holder {
    name: PlayerName,
    key: SeatKey,
    /// Whether it is on the record, and not only promised.
    stored: bool,
}

/// The seats of an exhibition, taken or free.
#[derive(Debug)]
pub struct Seats {
    /// By board, in order.
    holders: Vec<Option<Holder>>,
    names: HashSet<String>,
    keys: HashMap<TokenHash, BoardNo>,
    /// How many are on the record.
    stored: usize,
    /// No seat before this one is free: thousands may sit down one after the other.
    first_free: usize,
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
    pub fn new(view: &View, keys: &[(BoardNo, SeatKey)]) -> Seats {
        let mut seats = Seats {
            holders: vec![None; view.boards.len()],
            names: HashSet::new(),
            keys: HashMap::new(),
            stored: 0,
            first_free: 0,
        };
        for &(board, key) in keys {
            let place = (board.0 as usize).checked_sub(1);
            let seat = place.and_then(|place| view.boards.get(place)).and_then(|board| board.seat.as_ref());
            if let Some(seat) = seat {
                seats.take(board, seat.name.clone(), key);
                seats.confirm(board);
            }
        }
        seats
    }

    /// A seat to have: `wanted`, or the first that is free.
    pub fn free(&mut self, wanted: Option<BoardNo>) -> Result<BoardNo, SeatTaken> {
        while self.holders.get(self.first_free).is_some_and(Option::is_some) {
            self.first_free += 1;
        }
        let first = u32::try_from(self.first_free).unwrap_or(u32::MAX);
        if self.first_free == self.holders.len() {
            return Err(SeatTaken::All);
        }
        let board = wanted.unwrap_or(BoardNo(first + 1));
        match (board.0 as usize).checked_sub(1).and_then(|index| self.holders.get(index)) {
            None => Err(SeatTaken::NoSuchBoard(board)),
            Some(Some(_)) => Err(SeatTaken::This(board)),
            Some(None) => Ok(board),
        }
    }

    /// `name` as it can be had here.
    #[must_use]
    pub fn distinct(&self, name: &PlayerName) -> PlayerName {
        name.distinct(|name| self.names.contains(name.as_str()))
    }

    /// A promised seat is on the record.
    pub fn confirm(&mut self, board: BoardNo) {
        if let Some(holder) = &mut self.holders[board.index()] {
            holder.stored = true;
            self.stored += 1;
        }
    }

    /// How many seats are on the record, and not only promised.
    #[must_use]
    pub fn stored(&self) -> usize {
        self.stored
    }

    /// Promises a free seat.
    pub fn take(&mut self, board: BoardNo, name: PlayerName, key: SeatKey) {
        self.names.insert(name.as_str().to_owned());
        self.keys.insert(key.token, board);
        self.holders[board.index()] = Some(Holder { name, key, stored: false });
    }

    /// Takes a seat back that could not be stored.
    pub fn release(&mut self, board: BoardNo) {
        if let Some(holder) = self.holders[board.index()].take() {
            self.names.remove(holder.name.as_str());
            self.keys.remove(&holder.key.token);
            self.first_free = self.first_free.min(board.index());
        }
    }

    /// The seat that a secret opens, and who has it.
    #[must_use]
    pub fn opened_by(&self, token: TokenHash) -> Option<(BoardNo, PlayerName)> {
        let &board = self.keys.get(&token)?;
        let holder = self.holders[board.index()].as_ref()?;
        Some((board, holder.name.clone()))
    }

    /// The seats of the server's own bots.
    #[must_use]
    pub fn house(&self) -> Vec<BoardNo> {
        let boards = (1u32..).map(BoardNo);
        let house = |holder: &Option<Holder>| holder.as_ref().is_some_and(|holder| holder.key.house);
        boards.zip(&self.holders).filter(|(_, holder)| house(holder)).map(|(board, _)| board).collect()
    }

    /// From now on another secret opens a taken seat.
    pub fn rekey(&mut self, board: BoardNo, token: TokenHash) {
        if let Some(holder) = &mut self.holders[board.index()] {
            self.keys.remove(&holder.key.token);
            holder.key.token = token;
            self.keys.insert(token, board);
        }
    }

    /// The seats that are on the record, in order.
    pub fn taken(&self) -> impl Iterator<Item = BoardNo> + '_ {
        let boards = (1u32..).map(BoardNo);
        boards
            .zip(&self.holders)
            .filter(|(_, holder)| holder.as_ref().is_some_and(|holder| holder.stored))
            .map(|(board, _)| board)
    }
}
