//! A master who is a person: comes late, dawdles, goes astray, takes moves back, wants breaks, loses the line and comes back.

use std::sync::Arc;

use serde_json::Value;
use shakmaty::{CastlingMode, Position};
use simultan::{
    base::secret::Token,
    exhibition::{
        board::NotDone,
        human_seat::{HumanSeat, Sitting},
    },
    gallery::Hub,
    record::{event::ExhibitionId, standing::Standing},
    rules::{BoardNo, Command, Wish, uci_of},
};
use tokio::time::{Instant, sleep, timeout};

use super::{chance::Chance, world::World};

/// Opens the master's seat in every life.
pub(crate) fn token() -> Token {
    Token::from("sm_simulated".to_owned())
}

/// Plays the master until the end of this life.
pub(crate) async fn play(world: Arc<World>, seat: HumanSeat, hub: Arc<Hub>, mut chance: Chance) {
    if !seat.opened_by(&token()) {
        world.violated("the master's token does not open the seat".to_owned());
    }
    loop {
        sleep(chance.millis(0, 20_000)).await;
        let Some(sitting) = seat.sit_down(&token()).await else { return };
        world.note(format_args!("the master sits down"));
        Person { world: &world, hub: &hub, chance: &mut chance, sitting }.stay().await;
        world.note(format_args!("the master's line is lost"));
    }
}

struct Person<'a> {
    world: &'a World,
    hub: &'a Hub,
    chance: &'a mut Chance,
    sitting: Sitting,
}

impl Person<'_> {
    /// Until the line is lost.
    async fn stay(&mut self) {
        loop {
            let weather = self.world.disk.weather();
            if self.chance.of_thousand(weather.network) {
                return;
            }
            let standing = self.sitting.standing.read_and_update(Clone::clone);
            let silly = self.chance.of_thousand(weather.folly * 2);
            let wish = if silly { Some(self.whim()) } else { self.sensible(&standing) };
            match wish {
                Some(wish) => {
                    sleep(self.chance.millis(0, 6_000)).await;
                    self.want(wish).await;
                }
                // Something changes, or somebody looks up.
                None => drop(timeout(self.chance.millis(1_000, 30_000), self.sitting.standing.changed()).await),
            }
        }
    }

    async fn want(&mut self, wish: Wish) {
        self.world.note(format_args!("the master wants {wish:?}"));
        self.world.point("the master speaks");
        match (self.sitting.wish(wish.clone(), Instant::now()).await, wish) {
            (Ok(()), Wish::Play(BoardNo(board), Command::Move { ply, uci })) => {
                self.world.told_of_move(u64::from(board), u64::from(ply), &uci.to_string());
            }
            (Ok(()), _) => {}
            (Err(NotDone::Closed), _) => sleep(self.chance.millis(100, 1_000)).await,
            (Err(why), _) => self.world.note(format_args!("and is told: {why}")),
        }
    }

    /// What gets the evening to its end.
    fn sensible(&mut self, standing: &Standing) -> Option<Wish> {
        if standing.paused.is_some() {
            return Some(Wish::Continue);
        }
        if standing.stay {
            return Some(Wish::Stay(false));
        }
        let number = standing.board?;
        let board = self.board(number)?;
        if board["draw_offer"] == board["color"] && self.chance.of_thousand(300) {
            return Some(Wish::Play(number, Command::AcceptDraw));
        }
        if board["status"] != "playing" || board["turn"] == board["color"] {
            return standing.next.is_some().then_some(Wish::Next);
        }
        self.legal_move(number, &board)
    }

    fn legal_move(&mut self, number: BoardNo, board: &Value) -> Option<Wish> {
        let fen: shakmaty::fen::Fen = board["fen"].as_str()?.parse().expect("a FEN");
        let position: shakmaty::Chess =
            fen.into_position(CastlingMode::from_chess960(board["variant"] == "chess960")).expect("a position");
        let legal = position.legal_moves();
        let uci = (!legal.is_empty()).then(|| uci_of(&position, *self.chance.pick(&legal)))?;
        let ply = u32::try_from(board["ply"].as_u64()?).expect("few") + 1;
        Some(Wish::Play(number, Command::Move { ply, uci }))
    }

    /// Whatever comes to mind.
    fn whim(&mut self) -> Wish {
        let boards = self.world.disk.weather().boards;
        let board = BoardNo(u32::try_from(self.chance.between(0, u64::from(boards) + 1)).expect("few"));
        match self.chance.index(14) {
            0 | 1 => Wish::Go(board),
            2 => Wish::Back,
            3 => Wish::Next,
            4 => Wish::Stay(true),
            5 => Wish::Pause,
            6 => Wish::Continue,
            7 => Wish::Play(board, Command::OfferDraw),
            8 => Wish::Play(board, Command::DeclineDraw),
            9 => Wish::Play(board, Command::Move { ply: 1, uci: "e2e4".parse().expect("a move") }),
            10 => Wish::Play(board, Command::AcceptDraw),
            _ => {
                let last = self.sitting.standing.read(|standing| standing.retract);
                Wish::Play(last.map_or(board, |(board, _)| board), Command::Retract)
            }
        }
    }

    /// A board as everybody sees it.
    fn board(&self, number: BoardNo) -> Option<Value> {
        let snapshot: Value = serde_json::from_str(&self.hub.snapshot(ExhibitionId(1))?).expect("JSON");
        snapshot["boards"].get(number.index()).cloned()
    }
}
