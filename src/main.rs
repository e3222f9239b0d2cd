//! `simultan`: the command line.

fn main() -> std::process::ExitCode {
    simultan::cli::run()
}
