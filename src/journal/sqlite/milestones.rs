//! What an organiser's other programs are told of, read where they left off.

use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::rows::{self, Listed, int, uint};
use crate::{
    record::{
        event::ExhibitionId,
        milestone::{Milestone, Reach, Reached},
        summary::Summary,
    },
    rules::{BoardNo, GameResult, Termination},
};

/// How far each exhibition is, from one on.
const REACHES: &str =
    "select id, created_ms, last_seq, finished_ms is not null as finished from exhibition where id >= ? order by id";

/// A game's length is what the last move on its board says, one less where that was taken back.
const MILESTONES: &str = "select event.seq, event.wall_ms, event.kind, event.board, event.result, event.termination, \
     guest.name, guest.bot, \
     (select case played.kind when 'moved' then played.ply else played.ply - 1 end from event as played \
         where played.exhibition = event.exhibition and played.seq < event.seq and played.board = event.board \
             and played.kind in ('moved', 'retracted') order by played.seq desc limit 1) as plies \
     from event left join guest on guest.exhibition = event.exhibition and guest.board = event.board \
     where event.exhibition = ?1 and event.seq > ?2 and event.kind in ('started', 'ended', 'finished') \
     order by event.seq limit ?3";

/// How far each exhibition is, from one on, the oldest first.
pub(super) async fn reaches(connection: &mut SqliteConnection, from: ExhibitionId) -> Result<Vec<Reach>, sqlx::Error> {
    let rows = sqlx::query(REACHES).bind(from.0).fetch_all(connection).await?;
    let reach = |row: &SqliteRow| {
        Ok(Reach {
            exhibition: ExhibitionId(row.try_get("id")?),
            created_at: uint(row.try_get("created_ms")?),
            last_seq: uint(row.try_get("last_seq")?),
            finished: row.try_get("finished")?,
        })
    };
    rows.iter().map(reach).collect()
}

/// What was reached in an exhibition after event `seq`, at most `most` of it.
pub(super) async fn after(
    connection: &mut SqliteConnection,
    id: ExhibitionId,
    seq: u64,
    most: u32,
) -> Result<Vec<Milestone>, sqlx::Error> {
    let Some(listed) = rows::find(connection, id).await? else { return Ok(Vec::new()) };
    let rows = sqlx::query(MILESTONES).bind(id.0).bind(int(seq)).bind(most).fetch_all(connection).await?;
    rows.iter().map(|row| milestone(&listed, row)).collect()
}

fn milestone(Listed { summary, seated_at_start, .. }: &Listed, row: &SqliteRow) -> Result<Milestone, sqlx::Error> {
    let Summary { id, program, score, .. } = summary;
    let bad = |what: &'static str| sqlx::Error::Decode(what.into());
    let what = match row.try_get("kind")? {
        "started" => {
            Reached::Started { master: program.master.clone(), boards: program.boards, seated: *seated_at_start }
        }
        "finished" => Reached::Finished { score: score.ok_or_else(|| bad("an end without a score"))? },
        _ => {
            let board = BoardNo(row.try_get("board")?);
            let opponent: Option<String> = row.try_get("name")?;
            let bot: Option<bool> = row.try_get("bot")?;
            Reached::GameEnded {
                board,
                opponent: opponent.zip(bot),
                color: program.setup(board).master.other(),
                result: GameResult::parse(row.try_get("result")?).ok_or_else(|| bad("an unknown result"))?,
                termination: Termination::parse(row.try_get("termination")?).ok_or_else(|| bad("an unknown end"))?,
                plies: row.try_get::<Option<u32>, _>("plies")?.unwrap_or_default(),
            }
        }
    };
    Ok(Milestone {
        exhibition: *id,
        name: program.name.clone(),
        created_at: program.created_at,
        seq: uint(row.try_get("seq")?),
        wall: uint(row.try_get("wall_ms")?),
        what,
    })
}
