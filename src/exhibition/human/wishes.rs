//! What a human master may ask for, and what becomes of it.

use tokio::time::Instant;

use super::{AT_ONCE, Human};
use crate::{
    exhibition::{board::NotDone, human_seat::not_allowed},
    record::event::PausedBy,
    rules::{BoardNo, Command, Walk, Wish},
};

const ON_A_BREAK: &str = "this is a break: end it first";

impl Human {
    pub(super) async fn wish(&mut self, wish: Wish, arrived: Instant) -> Result<(), NotDone> {
        if !self.is_on() {
            return Err(not_allowed("the games are not on"));
        }
        // Whatever it is: the master has seen the reply. A break only stops the time for it.
        if !matches!(wish, Wish::Pause | Wish::Continue) {
            self.hold = None;
        }
        match wish {
            Wish::Stay(on) => self.stay = on,
            Wish::Continue if self.paused == Some(PausedBy::Organiser) => {
                return Err(not_allowed("the organiser has called this break, and ends it"));
            }
            Wish::Continue if self.paused.is_some() => self.end_break().await?,
            Wish::Continue => return Err(not_allowed("there is no break to end")),
            _ if self.paused.is_some() => return Err(not_allowed(ON_A_BREAK)),
            Wish::Pause | Wish::Next | Wish::Go(_) | Wish::Back if self.reads(Walk::is_closed) => {
                return Err(not_allowed("no visit begins any more: the organiser settles what is left"));
            }
            Wish::Pause => self.begin_break(PausedBy::Master).await?,
            Wish::Next => return self.next(),
            Wish::Go(board) => return self.go(board).await,
            Wish::Back => {
                let board = self.before.ok_or_else(|| not_allowed("there is no board to go back to"))?;
                return self.go(board).await;
            }
            Wish::Play(board, command) => return self.play(board, command, arrived).await,
        }
        Ok(())
    }

    fn next(&mut self) -> Result<(), NotDone> {
        let here = self.here;
        let possible = match here.filter(|_| self.turn) {
            Some(here) => self.hall.walk.pass_by(here),
            None => self.reads(|walk| walk.next_from(here).is_some()),
        };
        if !possible {
            return Err(not_allowed("nobody else waits who may be visited now"));
        }
        (self.turn, self.leaving, self.grace, self.lingers) = (false, true, None, None);
        Ok(())
    }

    async fn go(&mut self, board: BoardNo) -> Result<(), NotDone> {
        let there = self.turn && self.here == Some(board);
        let possible = self.reads(|walk| walk.plays(board));
        if there || (possible && self.visit(board, true).await) {
            Ok(())
        } else {
            Err(not_allowed("no game is being played at that board"))
        }
    }

    async fn play(&mut self, number: BoardNo, command: Command, arrived: Instant) -> Result<(), NotDone> {
        let place = (number.0 as usize).checked_sub(1);
        let board = place.and_then(|place| self.hall.boards.get(place)).cloned();
        let board = board.ok_or_else(|| not_allowed("there is no such board"))?;
        match &command {
            Command::Move { .. } if self.here != Some(number) => {
                return Err(not_allowed("you do not stand at that board: go there first"));
            }
            Command::Retract if !self.hall.program.borrow().retract => {
                return Err(not_allowed("in this exhibition a move stands once it is made"));
            }
            Command::Retract if self.reads(Walk::is_closed) => {
                return Err(not_allowed("no visit begins any more, so that this move stands"));
            }
            Command::Retract if self.undo.is_none_or(|(board, _)| board != number) => {
                let why =
                    "that can't be taken back: you have moved at another board since, or the opponent has answered";
                return Err(not_allowed(why));
            }
            _ => {}
        }
        board.command(command.clone(), arrived).await?;
        match command {
            Command::Move { ply, .. } => {
                (self.undo, self.turn) = (Some((number, ply)).filter(|_| self.hall.program.borrow().retract), false);
                if self.stay {
                    // The opponent is told that the master is still there.
                    let _ = self.hall.boards[number.index()].visit(true, None).await;
                }
                self.lingers = (!self.stay).then(|| self.hall.timeline.now().plus(AT_ONCE));
            }
            Command::Retract => {
                self.undo = None;
                self.visit(number, true).await;
            }
            _ => {}
        }
        Ok(())
    }
}
