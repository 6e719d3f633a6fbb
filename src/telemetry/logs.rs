//! Log lines on standard error, for people or as JSON.

use tracing::Level;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Why logging does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The filter cannot be read.
    #[error("日志级别写错了 · the log level cannot be read: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Logging runs already.
    #[error("logging was started twice: {0}")]
    Twice(String),
}

/// Starts logging for the whole process, as JSON or as text. `level` is a level or a filter. What the libraries below say
/// in the greatest detail holds whole frames and heads, and with them what shoppers write and who they are: it is left
/// out whatever the filter asks.
pub fn start_logs(json: bool, level: &str) -> Result<(), LogError> {
    let filter = EnvFilter::builder().parse(level)?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_target(true);
    let quiet = filter_fn(|line| *line.level() <= Level::DEBUG || is_ours(line.target()));
    let registry = tracing_subscriber::registry().with(filter);
    let started = if json {
        registry
            .with(lines.json().flatten_event(true).with_filter(quiet))
            .try_init()
    } else {
        let lines = lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
        registry.with(lines.with_filter(quiet)).try_init()
    };
    started.map_err(|error| LogError::Twice(error.to_string()))
}

/// Whether a line is this program's own: those never hold what shoppers write.
fn is_ours(target: &str) -> bool {
    let own = env!("CARGO_CRATE_NAME");
    target == own || target.strip_prefix(own).is_some_and(|rest| rest.starts_with("::"))
}
