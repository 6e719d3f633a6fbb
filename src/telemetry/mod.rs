//! What operators see from outside: log lines and metrics. Neither ever holds what shoppers write.

mod logs;
mod metrics;

pub use logs::{LogError, start_logs};
pub use metrics::{Answering, Metrics, ShopGauges, SocketKind};
