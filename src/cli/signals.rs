//! What the system tells the server: to stop, or to look at its files again.

use anyhow::Result;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// What the system may tell the server.
pub struct Signals {
    /// Cancelled by the first signal that asks for the end; the second ends the process at once.
    pub shutdown: CancellationToken,
    /// Says each time that files are to be looked at again.
    pub reload: mpsc::Receiver<()>,
}

/// Listens to signals: SIGHUP looks at the files again, all others that would end the process drain it first.
pub fn listen() -> Result<Signals> {
    let shutdown = CancellationToken::new();
    let told = shutdown.clone();
    let (ask, reload) = mpsc::channel(1);
    #[cfg(unix)]
    let mut system = unix::System::listen()?;
    tokio::spawn(async move {
        loop {
            #[cfg(unix)]
            let asked = tokio::select! {
                _ = tokio::signal::ctrl_c() => unix::Asked::Stop { code: 130 },
                asked = system.next() => asked,
            };
            #[cfg(unix)]
            let code = match asked {
                unix::Asked::Stop { code } => code,
                unix::Asked::Reload => {
                    // One that waits is as good as two.
                    let _ = ask.try_send(());
                    continue;
                }
            };
            #[cfg(not(unix))]
            let code = {
                let _held = &ask;
                let _ = tokio::signal::ctrl_c().await;
                130
            };
            if told.is_cancelled() {
                std::process::exit(code);
            }
            tracing::info!("stopping; once more to stop at once");
            told.cancel();
        }
    });
    Ok(Signals { shutdown, reload })
}

/// The signals of Unix.
#[cfg(unix)]
mod unix {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// What was asked.
    pub enum Asked {
        /// To stop, and with which exit code when it is asked twice: 128 and the number of the signal.
        Stop { code: i32 },
        /// To look at the files again.
        Reload,
    }

    pub struct System {
        terminate: Signal,
        quit: Signal,
        user1: Signal,
        user2: Signal,
        hang_up: Signal,
    }

    impl System {
        pub fn listen() -> std::io::Result<System> {
            Ok(System {
                terminate: signal(SignalKind::terminate())?,
                quit: signal(SignalKind::quit())?,
                user1: signal(SignalKind::user_defined1())?,
                user2: signal(SignalKind::user_defined2())?,
                hang_up: signal(SignalKind::hangup())?,
            })
        }

        pub async fn next(&mut self) -> Asked {
            tokio::select! {
                _ = self.terminate.recv() => Asked::Stop { code: 143 },
                _ = self.quit.recv() => Asked::Stop { code: 131 },
                _ = self.user1.recv() => Asked::Stop { code: 138 },
                _ = self.user2.recv() => Asked::Stop { code: 140 },
                _ = self.hang_up.recv() => Asked::Reload,
            }
        }
    }
}
