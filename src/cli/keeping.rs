//! `simultan backup` and `simultan check`: the database in safe hands, while a server uses it.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use tokio_util::sync::CancellationToken;

use super::config::{BackupArgs, CheckArgs};
use crate::journal::{self, BackupError, CheckError};

/// Why there is no backup, or no good news.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeepingError {
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Check(#[from] CheckError),
    #[error("{path} is damaged: {damaged} of its exhibitions can't have been as it says; use an earlier backup")]
    Exhibitions { path: PathBuf, damaged: usize },
    #[error("the check was broken off")]
    Stopped,
}

/// Copies the database, and says where to.
pub(super) async fn back_up(args: &BackupArgs, stop: CancellationToken) -> Result<(), KeepingError> {
    journal::backup(&args.database, &args.target, stop).await?;
    say(&format!("{}: a whole copy of {}", args.target.display(), args.database.display()));
    Ok(())
}

/// Says of each exhibition whether it is sound, and then of the file.
pub(super) async fn check(args: &CheckArgs, stop: CancellationToken) -> Result<(), KeepingError> {
    let mut damaged = 0;
    let checked = journal::check(&args.file, |finding| {
        damaged += usize::from(!finding.is_sound());
        say(&finding.to_string());
    });
    tokio::select! {
        biased;
        () = stop.cancelled() => return Err(KeepingError::Stopped),
        outcome = checked => outcome?,
    }
    if damaged > 0 {
        return Err(KeepingError::Exhibitions { path: args.file.clone(), damaged });
    }
    say(&format!("{}: sound", args.file.display()));
    Ok(())
}

/// A line on stdout, where nobody may be listening: the exit code says it too.
fn say(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}
