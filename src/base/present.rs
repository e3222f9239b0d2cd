//! Tells `null` from a missing field, where a text of JSON is read.

use serde::{Deserialize, Deserializer};

/// What a field says that is there, `null` included; for a field that has a default where it is missing.
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
