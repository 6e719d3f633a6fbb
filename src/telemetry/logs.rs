//! Log lines on standard error, for people or as JSON.

use tracing_subscriber::EnvFilter;

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

/// Starts logging for the whole process, as JSON or as text. `level` is a level or a filter.
pub fn start_logs(json: bool, level: &str) -> Result<(), LogError> {
    let filter = EnvFilter::builder().parse(level)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(true);
    let started = if json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init()
    };
    started.map_err(|error| LogError::Twice(error.to_string()))
}
