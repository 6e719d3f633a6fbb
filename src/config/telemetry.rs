//! Section `[telemetry]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Logs and metrics. Logs never hold what shoppers write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetrySettings {
    /// What a log line looks like.
    pub log_format: LogFormat,
    /// Which lines: "error", "warn", "info", "debug", "trace", or a filter such as "info,yingda::gateway=debug".
    pub log_level: String,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for log collectors.
    Json,
}

impl Default for TelemetrySettings {
    fn default() -> Self {
        Self {
            log_format: LogFormat::Text,
            log_level: "info".to_owned(),
        }
    }
}
