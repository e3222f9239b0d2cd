//! A snapshot as HTTP hands it to everybody: named by its content, and compressed once for all who take it so.

use std::{io::Write, sync::OnceLock, time::Duration};

use axum::{
    body::Bytes,
    http::{HeaderMap, header},
};
use flate2::{Compression, write::GzEncoder};
use tokio::{sync::OnceCell, task::spawn_blocking, time::Instant};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::etag::etag;
use crate::rules::Millis;

/// What is shorter is sent as it is, in bytes: it fits into a packet anyway.
const WORTH_IT: usize = 1024;
/// What is longer is compressed beside the loop, which has spectators to serve meanwhile.
const LONG: usize = 64 * 1024;
/// How old a long parcel may be for those who take it compressed: each costs some milliseconds of a core, and of hundreds of
/// events a second none may cost one. They go on from it with the events after it.
const REUSED_FOR: Duration = Duration::from_millis(250);

/// A snapshot, wrapped up for everybody.
#[derive(Debug)]
pub(super) struct Parcel {
    /// The last event that is in it.
    pub(super) seq: u64,
    /// When it shows the exhibition, in the exhibition's own time.
    at: Millis,
    pub(super) text: Utf8Bytes,
    made: Instant,
    etag: OnceLock<String>,
    compressed: OnceCell<Bytes>,
}

/// How a parcel is handed over.
#[derive(Debug)]
pub(super) struct Handed {
    pub(super) etag: String,
    pub(super) body: Bytes,
    pub(super) compressed: bool,
}

impl Parcel {
    pub(super) fn new(seq: u64, at: Millis, text: Utf8Bytes) -> Parcel {
        Parcel { seq, at, text, made: Instant::now(), etag: OnceLock::new(), compressed: OnceCell::new() }
    }

    /// Whether it is the snapshot of this moment.
    pub(super) fn is_of(&self, seq: u64, at: Millis) -> bool {
        (self.seq, self.at) == (seq, at)
    }

    /// Whether it will do for somebody who takes it compressed and has everything up to `since`.
    pub(super) fn will_do(&self, since: Option<u64>) -> bool {
        self.text.len() > LONG && Some(self.seq) >= since && self.made.elapsed() <= REUSED_FOR
    }

    /// For somebody who takes it compressed, or does not.
    pub(super) async fn handed(&self, compressed: bool) -> Handed {
        let etag = self.etag.get_or_init(|| etag(self.text.as_bytes()));
        if !compressed || self.text.len() <= WORTH_IT {
            return Handed { etag: etag.clone(), body: self.text.clone().into(), compressed: false };
        }
        let body = self.compressed.get_or_init(|| compress(self.text.clone())).await.clone();
        // Other bytes have another name.
        Handed { etag: format!("{}-gzip\"", etag.trim_end_matches('"')), body, compressed: true }
    }
}

async fn compress(text: Utf8Bytes) -> Bytes {
    if text.len() <= LONG {
        return gzip(&text);
    }
    let beside = text.clone();
    // Where the runtime ends meanwhile nobody waits for it any more.
    spawn_blocking(move || gzip(&beside)).await.unwrap_or_else(|_| gzip(&text))
}

fn gzip(text: &str) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 8), Compression::default());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).expect("memory can be written to").into()
}

/// Whether a client takes gzip.
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let words = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    // How much a client wants a coding, by its name or by the word for all that it does not name.
    let mut wanted = [None, None];
    for word in words.flat_map(|words| words.split(',')) {
        let (name, rest) = word.split_once(';').unwrap_or((word, ""));
        let weight = rest.split(';').find_map(|part| part.trim().strip_prefix("q="));
        let weight = weight.map_or(1.0, |weight| weight.trim().parse::<f32>().unwrap_or(0.0));
        match name.trim() {
            name if name.eq_ignore_ascii_case("gzip") => wanted[0] = Some(weight),
            "*" => wanted[1] = Some(weight),
            _ => {}
        }
    }
    wanted[0].or(wanted[1]).is_some_and(|weight| weight > 0.0)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use axum::http::HeaderValue;
    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn who_takes_gzip_says_so() {
        let takes = |value: &str| {
            let value = HeaderValue::from_str(value).expect("a value");
            takes_gzip(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, value)]))
        };
        for taken in ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, GZIP;q=0.5", "*", "br, *;q=0.1", "gzip ; q=0.001"] {
            assert!(takes(taken), "{taken}");
        }
        for not in ["", "br", "identity", "gzip;q=0", "gzip;q=0.0, *", "*;q=0", "gzip;q=much", "xgzip"] {
            assert!(!takes(not), "{not}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn a_parcel_is_compressed_once_for_all() {
        for length in [WORTH_IT + 1, LONG + 1] {
            let text = "x".repeat(length);
            let parcel = Parcel::new(7, Millis(1), Utf8Bytes::from(text.clone()));
            let (first, second) = (parcel.handed(true).await, parcel.handed(true).await);
            assert!(first.compressed && first.body.as_ptr() == second.body.as_ptr(), "the same bytes");
            let mut read = String::new();
            GzDecoder::new(&first.body[..]).read_to_string(&mut read).expect("gzip");
            assert_eq!(read, text);
            let plain = parcel.handed(false).await;
            assert!(!plain.compressed && plain.body == text.as_bytes() && plain.etag != first.etag);
            assert_eq!(first.etag, second.etag);
        }
        let short = Parcel::new(7, Millis(1), Utf8Bytes::from("x".repeat(WORTH_IT)));
        assert!(!short.handed(true).await.compressed);
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_long_one_is_used_again_for_later_events() {
        let parcel = |length| Parcel::new(7, Millis(1), Utf8Bytes::from("x".repeat(length)));
        let (short, long) = (parcel(LONG), parcel(LONG + 1));
        assert!(!short.will_do(None) && long.will_do(None) && long.will_do(Some(7)));
        assert!(!long.will_do(Some(8)), "nobody gets less than they have");
        tokio::time::advance(REUSED_FOR + Duration::from_millis(1)).await;
        assert!(!long.will_do(None));
    }
}
