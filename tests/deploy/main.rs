//! What is shipped for those who host many halls: compose files, manifests, configurations of NATS and nginx, and the rights
//! that docs/scale.md tells of. Each is given to the program that it is for.

#[path = "../common/mod.rs"]
mod common;
mod compose;
mod kubernetes;
mod nats;
mod proxy;
mod rights;
mod shipped;
mod told;
mod tools;
