//! A connection's stream, with its limits: how long it may say nothing, how fast it may speak, and an end that reaches
//! the other side.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::config::GatewaySettings;

use super::places::Place;

/// How long what still comes in is read after the end, and how much of it, bytes.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 16 * 1024 * 1024;

/// For how long a connection may send more than its pace allows before it is cut off.
const PRESSED: Duration = Duration::from_secs(2);

/// What a connection may do.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long it may send nothing. Pings keep sockets far below it.
    silence: Duration,
    /// Bytes a second that are read from it for long.
    per_second: f64,
    /// Bytes that are read from it at once.
    burst: f64,
}

impl Pace {
    /// As the settings say: frames are the most that clients send.
    pub fn of(settings: &GatewaySettings) -> Pace {
        let frame = settings.longest_frame() as f64;
        Pace {
            silence: Duration::from_millis(settings.ping_timeout_ms) + Duration::from_secs(15),
            per_second: frame * f64::from(settings.frames_per_second),
            burst: frame * f64::from(settings.frame_burst),
        }
    }
}

/// A connection that ends when nothing is read from it for too long, and is read no faster than its frames may come:
/// what is no frame yet, such as empty parts of one, costs no more than frames do.
pub struct Connection {
    /// `None` only while it is being dropped.
    stream: Option<TcpStream>,
    place: Arc<Place>,
    pace: Pace,
    /// Bytes that may still be read at once; below 0 the next ones wait.
    allowance: f64,
    filled: Instant,
    /// When it has said nothing for too long, or may be read on. What is read moves it without a word to the alarm, which
    /// is set anew when it goes off too early: once in a silence instead of once a frame.
    due: Instant,
    /// There only while something is due by the clock.
    alarm: Option<Pin<Box<Sleep>>>,
    /// Whether silence ends it.
    ends_in_silence: bool,
    /// Set while reading waits for the allowance.
    waits: bool,
    /// Since when the allowance has been used up again and again, without a pause that gave half of it back.
    pressed: Option<Instant>,
    /// The other side has ended.
    ended: bool,
}

impl Connection {
    /// A fresh one, which holds its place to its end.
    pub fn new(stream: TcpStream, pace: Pace, place: Arc<Place>) -> Connection {
        let now = Instant::now();
        Connection {
            stream: Some(stream),
            place,
            pace,
            allowance: pace.burst,
            filled: now,
            due: now + pace.silence,
            alarm: None,
            ends_in_silence: true,
            waits: false,
            pressed: None,
            ended: false,
        }
    }

    fn stream(&mut self) -> Pin<&mut TcpStream> {
        Pin::new(self.stream.as_mut().expect("the stream is there until the drop"))
    }

    /// From now on somebody else asks whether the other side is still there, and ends the connection when it is not: thousands
    /// of idle sockets need one alarm each instead of two.
    pub fn leave_silence_to_pings(&mut self) {
        self.ends_in_silence = false;
        self.alarm = None;
    }

    /// Waits until it is due.
    fn poll_due(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(self.due)));
        loop {
            if self.due < alarm.deadline() {
                alarm.as_mut().reset(self.due);
            }
            ready!(alarm.as_mut().poll(context));
            if alarm.deadline() >= self.due {
                return Poll::Ready(());
            }
            alarm.as_mut().reset(self.due);
        }
    }

    /// Takes what was read from the allowance, and says when it is due.
    fn spend(&mut self, bytes: usize) {
        let now = Instant::now();
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.filled = now;
        self.allowance = (self.allowance + passed * self.pace.per_second).min(self.pace.burst) - bytes as f64;
        self.waits = self.allowance < 0.0;
        if self.waits {
            self.pressed.get_or_insert(now);
        } else if self.allowance > self.pace.burst / 2.0 {
            self.pressed = None;
        }
        let after = match self.waits {
            true => Duration::from_secs_f64((-self.allowance / self.pace.per_second).min(60.0)),
            false => self.pace.silence,
        };
        self.due = now + after;
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.waits {
            ready!(this.poll_due(context));
            if !this.ends_in_silence {
                this.alarm = None;
            }
            this.spend(0);
            if this.pressed.is_some_and(|since| since.elapsed() > PRESSED) {
                return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
            }
        }
        let before = buffer.filled().len();
        if let Poll::Ready(outcome) = this.stream().poll_read(context, buffer) {
            let bytes = buffer.filled().len() - before;
            this.ended = outcome.is_err() || bytes == 0 && buffer.remaining() > 0;
            let unasked = this.place.beyond_awaited(bytes);
            this.spend(unasked);
            return Poll::Ready(outcome);
        }
        if !this.ends_in_silence {
            return Poll::Pending;
        }
        ready!(this.poll_due(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(TcpStream::is_write_vectored)
    }
}

/// A stream that is closed with something unread is answered with a reset, which takes with it what was sent last: the
/// reason for the end. So what still comes in is read and thrown away for a moment, unless nothing was ever answered.
impl Drop for Connection {
    fn drop(&mut self) {
        let (Some(mut stream), Ok(runtime)) = (self.stream.take(), Handle::try_current()) else {
            return;
        };
        if self.ended || !self.place.is_known() {
            return;
        }
        let place = Arc::clone(&self.place);
        let lingering = async move {
            let _ = stream.shutdown().await;
            let mut rest = stream.take(LINGER_BYTES as u64);
            let mut scrap = [0; 2048];
            while matches!(rest.read(&mut scrap).await, Ok(1..)) {}
        };
        runtime.spawn(async move {
            let _held = place;
            let _ = tokio::time::timeout(LINGER, lingering).await;
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::net::{IpAddr, Ipv4Addr};

    use super::super::places::Places;
    use super::*;

    /// Both ends of a connection that may be read at this pace.
    async fn connected(pace: Pace) -> (Connection, TcpStream) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        let places = Arc::new(Places::new(&GatewaySettings::default()));
        let (place, _) = places.take(IpAddr::V4(Ipv4Addr::LOCALHOST)).unwrap();
        place.known();
        (Connection::new(server, pace, Arc::new(place)), client)
    }

    // Empty parts of a frame, and whatever else is no frame yet.
    #[tokio::test(start_paused = true)]
    async fn what_comes_faster_than_frames_may_is_read_no_faster() {
        let pace = Pace {
            silence: Duration::from_secs(3600),
            per_second: 1_000.0,
            burst: 2_000.0,
        };
        let (mut server, mut client) = connected(pace).await;
        client.write_all(&[0; 3_500]).await.unwrap();
        let started = Instant::now();
        let mut scrap = [0; 500];
        let mut read = 0;
        while read < 3_500 {
            read += server.read(&mut scrap).await.unwrap();
        }
        let took = started.elapsed().as_secs_f64();
        assert!((0.9..2.0).contains(&took), "{took} s for 3,500 bytes");
        // Who goes on like that is cut off, and who pauses is not.
        tokio::time::sleep(Duration::from_secs(5)).await;
        client.write_all(&[0; 1_500]).await.unwrap();
        server.read_exact(&mut [0; 1_500]).await.unwrap();
        client.write_all(&[0; 60_000]).await.unwrap();
        let cut_off = loop {
            match server.read(&mut scrap).await {
                Ok(bytes) => read += bytes,
                Err(error) => break error,
            }
        };
        assert_eq!(cut_off.kind(), io::ErrorKind::ConnectionAborted);
        assert!(read < 10_000, "{read}");
    }

    #[tokio::test]
    async fn the_end_reaches_whoever_is_still_sending() {
        let pace = Pace::of(&GatewaySettings::default());
        let (mut server, mut client) = connected(pace).await;
        client.write_all(&[0; 100_000]).await.unwrap();
        server.write_all(b"goodbye").await.unwrap();
        drop(server);
        client.write_all(&[0; 100_000]).await.unwrap();
        let mut heard = Vec::new();
        client.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, b"goodbye");
    }
}
