//! An organiser: lets people in and turns them away, calls breaks, announces, renames, moves and removes people, changes what
//! is settled, calls the last round, settles games; and in the end sees to it that nothing stays open.

use std::sync::Arc;

use simultan::{
    exhibition::{
        handle::ExhibitionHandle,
        order::{Order, OrderError},
    },
    record::{
        event::{Event, ExhibitionId, Kind, PausedBy, Stage},
        program::Program,
        view::View,
    },
    rules::{BoardNo, Fact, GameResult, Millis, PlayerName},
};
use tokio::time::sleep;

use super::{chance::Chance, world::World};

/// Does what an organiser does until the end of this life.
pub(crate) async fn run(world: Arc<World>, exhibition: ExhibitionHandle, mut chance: Chance) {
    while exhibition.stage() != Stage::Finished {
        sleep(chance.millis(500, 40_000)).await;
        let Some(view) = world.view() else { continue };
        let whim = chance.of_thousand(world.disk.weather().whims);
        let order = if whim { Some(whim_of(&mut chance, &view)) } else { duty(&mut chance, &view) };
        if let Some(order) = order {
            give(&world, &exhibition, order).await;
        }
    }
}

/// Gives an order; one that was acknowledged is on the record.
async fn give(world: &World, exhibition: &ExhibitionHandle, order: Order) {
    match &order {
        Order::Change { .. } => world.note(format_args!("the organiser wants something settled anew")),
        order => world.note(format_args!("the organiser wants {order:?}")),
    }
    world.point("the organiser speaks");
    let before = world.disk.events().len();
    match exhibition.order(order.clone()).await {
        Ok(()) => {
            let events = world.disk.events();
            if !stands(&order, &events[before..]) {
                world.violated(format!("{order:?} was acknowledged, and is not on the record"));
            }
        }
        Err(OrderError::Stopping) => sleep(std::time::Duration::from_secs(1)).await,
        Err(why) => world.note(format_args!("and is told: {why}")),
    }
}

/// Whether what was stored since has it.
fn stands(order: &Order, since: &[Event]) -> bool {
    let stored = |is: &dyn Fn(&Kind) -> bool| since.iter().any(|event| is(&event.kind));
    match order {
        Order::Change { from, to } => {
            **from == **to || stored(&|kind| matches!(kind, Kind::Changed(program) if **program == **to))
        }
        Order::Pause => stored(&|kind| matches!(kind, Kind::Paused { by: PausedBy::Organiser })),
        Order::Continue => stored(&|kind| matches!(kind, Kind::Continued)),
        Order::LastRound => stored(&|kind| matches!(kind, Kind::Announced(announced) if announced.last_round)),
        Order::Announce(_) => stored(&|kind| matches!(kind, Kind::Announced(announced) if announced.text.is_some())),
        Order::Admit(on) => stored(&|kind| matches!(kind, Kind::Admitted { board } if board == on)),
        Order::Remove { board: on, .. } => stored(&|kind| match kind {
            Kind::TurnedAway { board } | Kind::Left { board, .. } => board == on,
            Kind::Game { board, fact: Fact::Ended { .. } } => board == on,
            _ => false,
        }),
        Order::Reseat { board: on, to } => {
            stored(&|kind| matches!(kind, Kind::Reseated { board, to: there } if board == on && there == to))
        }
        Order::Adjudicate(on, _) => {
            stored(&|kind| matches!(kind, Kind::Game { board, fact: Fact::Ended { .. } } if board == on))
        }
        // Who has the name already is given no other; of a cancelled exhibition all games may have ended.
        Order::Rename(..) | Order::Cancel | Order::Forget(_) => true,
    }
}

/// What gets the evening to its end.
fn duty(chance: &mut Chance, view: &View) -> Option<Order> {
    if view.paused == Some(PausedBy::Organiser) && !view.closed {
        return Some(Order::Continue);
    }
    if let Some(board) = view.boards.iter().find(|board| board.applicant.is_some()) {
        let late = view.last_round.is_some() || view.closed;
        let away = Order::Remove { board: board.board, result: None };
        return Some(if late || chance.of_thousand(200) { away } else { Order::Admit(board.board) });
    }
    if view.stage == Stage::Open && !view.queue.is_empty() && !view.program.evening.reserved.is_empty() {
        // Nobody came for the seats that were kept.
        let mut to = view.program.clone();
        to.evening.reserved = Arc::default();
        return Some(Order::Change { from: Arc::new(view.program.clone()), to: Box::new(to) });
    }
    let left = view.boards.iter().find(|board| board.is_playing()).filter(|_| view.closed)?;
    Some(Order::Adjudicate(left.board, GameResult::Draw))
}

/// Whatever comes to mind.
fn whim_of(chance: &mut Chance, view: &View) -> Order {
    let boards = view.program.boards;
    let mut any = || BoardNo(u32::try_from(chance.between(1, u64::from(boards))).expect("few"));
    let (board, to) = (any(), any());
    match chance.index(20) {
        0..3 => Order::Announce("Tea is ready.".parse().expect("words")),
        3 | 4 => Order::Pause,
        5 => Order::Continue,
        6 => Order::LastRound,
        7 | 8 => Order::Admit(board),
        // Somebody who has lost by the organiser's word is told so as by absence: that one is looked for.
        9 => Order::Remove { board, result: None },
        10 | 11 => {
            let name = format!("Guest {} the {}th", board, chance.between(4, 9));
            Order::Rename(board, PlayerName::parse(&name).expect("a name"))
        }
        12..15 => Order::Reseat { board, to },
        15 => Order::Adjudicate(board, *chance.pick(&[GameResult::WhiteWins, GameResult::BlackWins, GameResult::Draw])),
        16 if chance.of_thousand(100) => Order::Cancel,
        _ => Order::Change { from: Arc::new(view.program.clone()), to: Box::new(changed(chance, view)) },
    }
}

/// Other settings, of those that can be changed at this stage.
fn changed(chance: &mut Chance, view: &View) -> Program {
    let mut to = view.program.clone();
    let before = view.stage == Stage::Open;
    match chance.index(7) {
        0 if before => {
            let boards = u64::from(to.boards);
            to.boards = u32::try_from(chance.between(boards.saturating_sub(1).max(1), boards + 1)).expect("few");
        }
        1 if before => to.clock = chance.of_thousand(500).then(|| "90s+2s".parse().expect("a clock")),
        2 if before => to.evening.absent_after = chance.of_thousand(500).then_some(Millis(120_000)),
        3 => to.grace = Millis(chance.between(0, 20_000)),
        4 => to.late_rounds = u32::try_from(chance.between(0, 3)).expect("few"),
        5 => to.evening.closes_after = chance.of_thousand(700).then(|| Millis(chance.between(30_000, 1_800_000))),
        _ => to.name = format!("A simulation, {} o'clock", chance.between(1, 12)).into(),
    }
    to
}

impl World {
    /// What everybody sees of what is on the disk.
    pub(crate) fn view(&self) -> Option<View> {
        let found = self.disk.found()?;
        let mut view = View::new(ExhibitionId(1), found.program);
        found.events.iter().for_each(|event| view.apply(event));
        Some(view)
    }
}
