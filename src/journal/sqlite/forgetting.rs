//! Removes a name from the records for good.

use sqlx::SqliteConnection;

use super::{program, rows::int};
use crate::{
    journal::{Forgotten, Renaming},
    record::event::ExhibitionId,
};

/// The line that says that somebody has another name, after the last one.
const RENAMED: &str = "insert into event (exhibition, seq, at_ms, wall_ms, kind, board, guest) \
     select exhibition, seq + 1, at_ms, ?2, 'renamed', ?3, ?4 from event where exhibition = ?1 order by seq desc limit 1; \
     update exhibition set last_seq = last_seq + 1 where id = ?1; \
     update guest set name = ?5 where exhibition = ?1 and guest = ?4";

/// Removes a name from every document that has it; with `renamed` from the guest's own row too. Within a transaction.
pub(super) async fn forget(
    connection: &mut SqliteConnection,
    exhibition: ExhibitionId,
    forgotten: &Forgotten,
    renamed: Option<Renaming>,
) -> Result<(), sqlx::Error> {
    let Forgotten { board, name } = forgotten;
    let without = |text: &str| {
        let text = program::without_name(text, *board, name.as_str());
        text.ok_or_else(|| sqlx::Error::Decode("settings that were never written".into()))
    };
    if let Some(Renaming { guest, name, wall }) = renamed {
        let query = sqlx::query(RENAMED).bind(exhibition.0).bind(int(wall)).bind(board.0).bind(guest.0);
        query.bind(name.as_str()).execute(&mut *connection).await?;
    }
    let settled: (String, String) = sqlx::query_as("select opening, program from exhibition where id = ?")
        .bind(exhibition.0)
        .fetch_one(&mut *connection)
        .await?;
    sqlx::query("update exhibition set opening = ?, program = ? where id = ?")
        .bind(without(&settled.0)?)
        .bind(without(&settled.1)?)
        .bind(exhibition.0)
        .execute(&mut *connection)
        .await?;
    let changes: Vec<(i64, String)> =
        sqlx::query_as("select seq, details from event where exhibition = ? and kind = 'changed'")
            .bind(exhibition.0)
            .fetch_all(&mut *connection)
            .await?;
    for (seq, details) in changes {
        sqlx::query("update event set details = ? where exhibition = ? and seq = ?")
            .bind(without(&details)?)
            .bind(exhibition.0)
            .bind(seq)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
