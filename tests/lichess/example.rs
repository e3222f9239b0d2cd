//! The bot with berserk in docs/bots.md, as it stands in the page.

use tokio::io::{AsyncBufReadExt, BufReader};

use crate::{
    client::run,
    common::{TestServer, within},
    restarts::ply,
    seats::seats,
};

fn example() -> &'static str {
    let page = include_str!("../../docs/bots.md");
    let code = page.split("```python\n").find(|code| code.contains("berserk.Client")).expect("an example with berserk");
    code.split("```").next().expect("which ends")
}

#[tokio::test]
async fn the_example_in_the_documentation_plays_several_games_through_a_restart() {
    // Kings who walk about are soon alone.
    let start = "4k3/4p3/8/8/8/8/4P3/4K3 w - - 0 1";
    let mut server = TestServer::with(3, &["--engine", "random", "--seed", "7", "--start", start]).await;
    let taken = seats(&server, "Example", 2).await;
    let script = server.database().with_file_name("bot.py");
    std::fs::write(&script, example()).expect("a file");
    let log = script.with_extension("log");
    let mut bot = run(&script, &log);
    let mut bot = bot.arg(format!("http://{}", server.address)).arg(&taken.token).spawn().expect("Python runs");
    server.start_games().await;
    ply(&server, taken.boards[0], 5).await;
    server.kill().await;
    server.restart().await;
    server.finished().await;
    let mut lines = BufReader::new(bot.stdout.take().expect("its output")).lines();
    let over = within("a game's end", lines.next_line()).await.expect("text");
    assert!(over.is_some_and(|line| line.starts_with("e01b")), "{}", std::fs::read_to_string(log).unwrap_or_default());
}
