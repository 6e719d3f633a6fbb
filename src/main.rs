//! The `yingda` program; what it does is in `cli`.

fn main() -> std::process::ExitCode {
    yingda::cli::main()
}
