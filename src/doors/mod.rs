//! How anybody comes in: listening, bounds, whose page it is, sockets. Knows no rules of chess and changes no game.
//!
//! | file | what it holds |
//! |---|---|
//! | `listener` | accepts connections and speaks HTTP/1.1 on them |
//! | `idle` | how long a connection may be there without a request |
//! | `headers` | what goes with every answer |
//! | `request` | what a request brings along |
//! | `served` | what is served: "not yet" until everything is there |
//! | `middleware` | what every request has to pass before it is answered |
//! | `limits` | bounds on what strangers can make grow, and whose pages may speak to the server |
//! | `token_bucket` | so many of something a second |
//! | `upgrade` | from an HTTP request to a WebSocket that any thread can serve |
//! | `websocket` | a WebSocket, and how much may come in over it |
//! | `players` | the players' sockets, on the games' thread |
//! | `problem` | an error, as HTTP tells it |

pub mod headers;
mod idle;
pub mod limits;
pub mod listener;
pub mod middleware;
pub mod players;
pub mod problem;
pub mod request;
pub mod served;
pub mod token_bucket;
pub mod upgrade;
pub mod websocket;
