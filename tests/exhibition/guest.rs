//! Players as tasks.

use std::time::Duration;

use shakmaty::{CastlingMode, Color, Position, uci::UciMove};
use simultan::{
    exhibition::{
        board::{Attachment, BoardHandle, ConnectionId, Notice},
        handle::{SeatError, Seated},
    },
    rules::{Command, Fact, Game, GameStatus, Millis, PlayerName},
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout},
};

use super::bench::{Bench, FOR_EVER, script};

/// A player without a socket.
#[derive(Debug)]
pub(crate) struct Guest {
    pub(crate) board: BoardHandle,
    seated: Seated,
    pub(crate) id: ConnectionId,
    notices: mpsc::Receiver<Notice>,
    /// The game as he was told of it.
    pub(crate) game: Game,
}

impl Guest {
    pub(crate) async fn sit_down(bench: &Bench) -> Guest {
        Guest::try_to_sit(bench).await.expect("a free seat")
    }

    pub(crate) async fn try_to_sit(bench: &Bench) -> Result<Guest, SeatError> {
        let name = PlayerName::parse("Guest").expect("a name");
        let seated = bench.exhibition.join(name).await?;
        Ok(Guest::connect(&seated, ConnectionId(1), 64).await)
    }

    /// Connects to a board; `room` is how many notices may wait for a guest who does not listen.
    pub(crate) async fn connect(seated: &Seated, id: ConnectionId, room: usize) -> Guest {
        let (outbox, notices) = mpsc::channel(room);
        let (board, guest) = (seated.board.clone(), seated.guest);
        board
            .attach(Attachment { id, guest, outbox, choices: false, follows_retractions: true })
            .await
            .expect("a board");
        Guest { board, seated: seated.clone(), id, notices, game: Game::new(None) }
    }

    /// The same guest over another connection.
    pub(crate) async fn again(&self, id: ConnectionId, room: usize) -> Guest {
        Guest::connect(&self.seated, id, room).await
    }

    /// What the guest is told next; `None` once he is cut off.
    pub(crate) async fn next(&mut self) -> Option<Notice> {
        let notice = timeout(FOR_EVER, self.notices.recv()).await.expect("something happens")?;
        match &notice {
            Notice::Game { game, .. } => self.game = (**game).clone(),
            Notice::Started { .. } => self.game.start(),
            Notice::Moved { played, .. } if played.ply > self.game.ply() => {
                self.game.apply(&Fact::Moved(played.clone()), Millis::ZERO);
            }
            Notice::Ended { status: GameStatus::Ended(result, termination) } => {
                self.game.apply(&Fact::Ended { result: *result, termination: *termination }, Millis::ZERO);
            }
            _ => {}
        }
        Some(notice)
    }

    /// Listens until a notice is the one.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Notice) -> bool) -> Notice {
        loop {
            let notice = self.next().await.expect("the board is there");
            if wanted(&notice) {
                return notice;
            }
        }
    }

    /// Listens until the master has moved and it is the guest's turn.
    pub(crate) async fn turn(&mut self) {
        while !(self.game.waits_for(Color::Black)) {
            self.next().await.expect("the board is there");
        }
    }

    /// Sends a command, just arrived, without waiting for its answer.
    pub(crate) async fn send(&self, command: Command) {
        self.board.play(self.id, command, Instant::now()).await.expect("a board");
    }

    /// Asks the master to come back in the next round.
    pub(crate) async fn pass(&self) {
        self.board.pass(self.id).await.expect("a board");
    }

    pub(crate) fn any_move(&self) -> Command {
        let legal = self.game.position().legal_moves();
        let uci = legal[self.game.ply() as usize * 5 % legal.len()].to_uci(CastlingMode::Standard);
        Command::Move { ply: self.game.ply() + 1, uci }
    }

    /// Follows the script with the `think` for each reply; gives up in place of the `last` reply.
    pub(crate) async fn follow_script(mut self, mut think: impl FnMut() -> Duration, last: u32) {
        let script = script();
        self.reply_with(|game| script[game.ply() as usize], &mut think, last).await;
    }

    /// Plays anything legal, likewise.
    pub(crate) async fn play_anything(mut self, mut think: impl FnMut() -> Duration, last: u32) {
        let any = |game: &Game| {
            let legal = game.position().legal_moves();
            legal[game.ply() as usize * 5 % legal.len()].to_uci(CastlingMode::Standard)
        };
        self.reply_with(any, &mut think, last).await;
    }

    async fn reply_with(&mut self, choose: impl Fn(&Game) -> UciMove, think: &mut impl FnMut() -> Duration, last: u32) {
        for reply in 1..=last {
            while !self.game.waits_for(Color::Black) {
                if self.next().await.is_none() || matches!(self.game.status(), GameStatus::Ended(..)) {
                    return;
                }
            }
            sleep(think()).await;
            let command = match reply == last {
                true => Command::Resign,
                false => Command::Move { ply: self.game.ply() + 1, uci: choose(&self.game) },
            };
            self.send(command).await;
            let ply = self.game.ply();
            while self.game.ply() == ply && self.game.status() == GameStatus::Playing {
                if self.next().await.is_none() {
                    return;
                }
            }
        }
    }
}
