//! The bot with berserk of `docs/bots.md`, as it stands there.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::{
    program,
    server::{Server, python},
};

struct Bot(Child);

impl Drop for Bot {
    fn drop(&mut self) {
        // It waits for its next game, and never ends by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_bot_with_berserk_plays_a_game() {
    let Some(python) = python("SIMULTAN_LICHESS", &["target/lichess/bin/python", "python3"], "berserk, chess") else {
        println!("skipped: no Python with the packages `berserk` and `chess`; SIMULTAN_LICHESS can name one");
        return;
    };
    let server = Server::start();
    let bot = server.file("bot.py", program(include_str!("../../docs/bots.md"), "**[berserk]"));
    let mut command = Command::new(python);
    command.arg(bot).arg(format!("http://{}", server.address)).arg(server.seat());
    let mut bot = Bot(command.stdout(Stdio::piped()).spawn().expect("Python runs"));
    let said = BufReader::new(bot.0.stdout.take().expect("its output")).lines().next();
    let said = said.expect("it says how a game has ended").expect("text");
    assert!(said.starts_with("e01b0001 ") && !said.contains("aborted"), "{said}");
}
