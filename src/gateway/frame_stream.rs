//! Frames on a stream. The library reads them and answers pings; what is sent is collected here, so that a socket that has
//! nothing to say holds next to no room.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use serde::Serialize;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::tungstenite::Error as SocketError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, Frame, FrameHeader};
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig, WebSocketContext};

use super::frame_text::write_text;
use super::listen::Stream;

/// How much the library keeps to read into, and takes at once: idle sockets hold as much.
const KEPT: usize = 64;
/// How much is read from the stream at once, on the stack.
const AT_ONCE: usize = 2 * 1024;
/// The room that a batch begins with: most are shorter, and one that grew from nothing would be moved five times.
const BATCH_ROOM: usize = 512;
/// The longest head of a frame that a server sends: two bytes and a length of eight.
const LONGEST_HEAD: usize = 10;

/// One socket's frames in both directions.
pub(super) struct FrameStream {
    stream: Stream,
    frames: WebSocketContext,
    /// What was read beyond what the library took; mostly nothing.
    ahead: Vec<u8>,
    taken: usize,
    /// Whole frames that are to be written, in order, and how much of them has been.
    unsent: Vec<u8>,
    sent: usize,
    /// Nothing more can be read.
    ended: bool,
}

impl FrameStream {
    /// The server's end of a stream of which `ahead` has been read already. What comes is bounded by `longest`, in bytes.
    pub fn new(stream: Stream, ahead: Vec<u8>, longest: usize) -> FrameStream {
        let limits = WebSocketConfig::default()
            .read_buffer_size(KEPT)
            // What the library writes goes on at once to what is unsent.
            .write_buffer_size(0)
            .max_message_size(Some(longest))
            .max_frame_size(Some(longest));
        FrameStream {
            stream,
            frames: WebSocketContext::new(Role::Server, Some(limits)),
            ahead,
            taken: 0,
            unsent: Vec::new(),
            sent: 0,
            ended: false,
        }
    }

    /// The next message; `None` at the end. A ping is answered with what is written next.
    pub fn poll_message(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Message, SocketError>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let message = self.with_frames(context, |frames, ends| frames.read(ends));
        match message {
            Err(SocketError::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return Poll::Pending,
            Err(SocketError::ConnectionClosed | SocketError::AlreadyClosed) => {
                self.ended = true;
                return Poll::Ready(None);
            }
            Err(_) => self.ended = true,
            Ok(Message::Ping(_)) => {
                // The answer to a ping cannot fail: it goes to what is unsent.
                let _ = self.with_frames(context, |frames, ends| frames.flush(ends));
            }
            Ok(_) => {}
        }
        Poll::Ready(Some(message))
    }

    /// Adds a frame with the JSON of this; nothing behind the frame that closes.
    pub fn put<Body: Serialize>(&mut self, body: &Body) {
        if !self.frames.can_write() {
            return;
        }
        let from = self.unsent.len();
        self.unsent.reserve(BATCH_ROOM);
        write_text(body, &mut self.unsent);
        self.head_of_text(from);
    }

    /// Adds a frame with this text, as [`FrameStream::put`].
    pub fn put_text(&mut self, text: &str) {
        if !self.frames.can_write() {
            return;
        }
        let from = self.unsent.len();
        self.unsent.extend_from_slice(text.as_bytes());
        self.head_of_text(from);
    }

    /// Adds a ping.
    pub fn put_ping(&mut self) {
        if !self.frames.can_write() {
            return;
        }
        let ping = Frame::ping(Vec::new());
        ping.format(&mut self.unsent).expect("a list takes all that is written");
    }

    /// Adds the frame that says why the socket ends.
    pub fn put_close(&mut self, frame: CloseFrame) {
        let mut context = Context::from_waker(Waker::noop());
        // What cannot be closed has ended already.
        let _ = self.with_frames(&mut context, |frames, ends| frames.close(ends, Some(frame)));
    }

    /// Bytes that are to be written.
    pub fn unsent(&self) -> usize {
        self.unsent.len() - self.sent
    }

    /// Writes all that is to be written.
    pub fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.unsent.len() {
            let stream = Pin::new(&mut self.stream);
            match ready!(stream.poll_write(context, &self.unsent[self.sent..]))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                bytes => self.sent += bytes,
            }
        }
        // Given back, not kept: the largest frames are sent once, in the beginning.
        self.unsent = Vec::new();
        self.sent = 0;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    /// Puts the head of a frame before the text that begins there.
    fn head_of_text(&mut self, from: usize) {
        let header = FrameHeader {
            opcode: OpCode::Data(Data::Text),
            ..FrameHeader::default()
        };
        let length = (self.unsent.len() - from) as u64;
        let mut head = io::Cursor::new([0; LONGEST_HEAD]);
        header
            .format(length, &mut head)
            .expect("there is room for the largest head");
        let size = header.len(length);
        self.unsent.splice(from..from, head.into_inner().into_iter().take(size));
    }

    fn with_frames<T>(
        &mut self,
        context: &mut Context<'_>,
        act: impl FnOnce(&mut WebSocketContext, &mut Ends<'_, '_>) -> T,
    ) -> T {
        let mut ends = Ends {
            stream: &mut self.stream,
            ahead: &mut self.ahead,
            taken: &mut self.taken,
            unsent: &mut self.unsent,
            context,
        };
        act(&mut self.frames, &mut ends)
    }
}

/// What the library reads from and writes to.
struct Ends<'stream, 'waker> {
    stream: &'stream mut Stream,
    ahead: &'stream mut Vec<u8>,
    taken: &'stream mut usize,
    unsent: &'stream mut Vec<u8>,
    context: &'stream mut Context<'waker>,
}

impl io::Read for Ends<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.ahead.is_empty() {
            let mut room = [0; AT_ONCE];
            let mut read = ReadBuf::new(&mut room);
            match Pin::new(&mut *self.stream).poll_read(self.context, &mut read) {
                Poll::Pending => return Err(io::ErrorKind::WouldBlock.into()),
                Poll::Ready(outcome) => outcome?,
            }
            let read = read.filled();
            let (now, later) = read.split_at(read.len().min(into.len()));
            into[..now.len()].copy_from_slice(now);
            self.ahead.extend_from_slice(later);
            return Ok(now.len());
        }
        let left = &self.ahead[*self.taken..];
        let bytes = left.len().min(into.len());
        into[..bytes].copy_from_slice(&left[..bytes]);
        *self.taken += bytes;
        if *self.taken == self.ahead.len() {
            *self.ahead = Vec::new();
            *self.taken = 0;
        }
        Ok(bytes)
    }
}

/// Takes everything: what is unsent is written, and bounded, by whoever sends.
impl io::Write for Ends<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unsent.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::future::poll_fn;

    use futures_util::{SinkExt, StreamExt};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_tungstenite::WebSocketStream;

    use super::super::listen::connected;
    use super::*;

    const LONGEST: usize = 100_000;

    async fn frames() -> (FrameStream, tokio::net::TcpStream) {
        let (stream, client) = connected().await;
        (FrameStream::new(stream, Vec::new(), LONGEST), client)
    }

    async fn message(frames: &mut FrameStream) -> Option<Result<Message, SocketError>> {
        poll_fn(|context| frames.poll_message(context)).await
    }

    async fn flush(frames: &mut FrameStream) {
        poll_fn(|context| frames.poll_flush(context)).await.unwrap();
    }

    #[tokio::test]
    async fn frames_of_every_kind_of_length_arrive_whole_and_in_order() {
        let (mut frames, client) = frames().await;
        let mut client = WebSocketStream::from_raw_socket(client, Role::Client, None).await;
        let texts = [0, 1, 125, 126, 127, 65_535, 65_536, 90_000].map(|length| "x".repeat(length));
        let reading = tokio::spawn(async move {
            let mut read = Vec::new();
            while read.len() < 17 {
                read.push(client.next().await.unwrap().unwrap());
            }
            (read, client)
        });
        for text in &texts {
            frames.put_text(text);
            frames.put(text);
        }
        frames.put_ping();
        flush(&mut frames).await;
        assert_eq!((frames.unsent(), frames.unsent.capacity()), (0, 0), "nothing is held");
        let (read, mut client) = reading.await.unwrap();
        for (number, text) in texts.iter().enumerate() {
            assert_eq!(read[2 * number], Message::text(text.as_str()));
            assert_eq!(read[2 * number + 1], Message::text(format!("\"{text}\"")));
        }
        assert!(read[16].is_ping());
        for text in &texts {
            client.feed(Message::text(text.as_str())).await.unwrap();
        }
        let answering = tokio::spawn(async move { client.flush().await.map(|()| client) });
        // Many reads of the stream, one message.
        for text in &texts {
            let read = loop {
                let read = message(&mut frames).await.unwrap().unwrap();
                if !read.is_pong() {
                    break read;
                }
            };
            assert_eq!(read, Message::text(text.as_str()));
        }
        answering.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn messages_that_come_together_are_told_one_by_one_and_a_ping_is_answered_in_its_place() {
        let (mut frames, mut client) = frames().await;
        let masked = |head: [u8; 2], text: &[u8]| [&head[..], &[0; 4], text].concat();
        let both = [
            masked([0x81, 0x82], b"ab"),
            masked([0x89, 0x81], b"p"),
            masked([0x81, 0x81], b"c"),
        ]
        .concat();
        client.write_all(&both).await.unwrap();
        assert_eq!(message(&mut frames).await.unwrap().unwrap(), Message::text("ab"));
        frames.put_text("1");
        assert!(message(&mut frames).await.unwrap().unwrap().is_ping());
        frames.put_text("2");
        assert_eq!(message(&mut frames).await.unwrap().unwrap(), Message::text("c"));
        assert_eq!((frames.ahead.capacity(), frames.taken), (0, 0), "nothing is held");
        flush(&mut frames).await;
        let mut sent = [0; 9];
        client.read_exact(&mut sent).await.unwrap();
        assert_eq!(&sent, b"\x81\x011\x8a\x01p\x81\x012");
    }

    #[tokio::test]
    async fn nothing_follows_the_frame_that_closes() {
        let (mut frames, client) = frames().await;
        let mut client = WebSocketStream::from_raw_socket(client, Role::Client, None).await;
        frames.put_text("last");
        frames.put_close(CloseFrame {
            code: 4404.into(),
            reason: "gone".into(),
        });
        let unsent = frames.unsent();
        frames.put_text("too late");
        frames.put(&1);
        frames.put_ping();
        assert_eq!(frames.unsent(), unsent);
        flush(&mut frames).await;
        assert_eq!(client.next().await.unwrap().unwrap(), Message::text("last"));
        let Message::Close(Some(close)) = client.next().await.unwrap().unwrap() else {
            panic!("it closes");
        };
        assert_eq!(u16::from(close.code), 4404);
        client.flush().await.ok();
        assert!(message(&mut frames).await.unwrap().unwrap().is_close());
        assert!(message(&mut frames).await.is_none());
        assert!(message(&mut frames).await.is_none());
    }

    #[tokio::test]
    async fn what_is_longer_than_may_be_is_an_error_before_it_is_read() {
        let (mut frames, mut client) = frames().await;
        let length = (LONGEST as u64 + 1).to_be_bytes();
        client
            .write_all(&[&[0x81, 0xff][..], &length, &[0; 4]].concat())
            .await
            .unwrap();
        assert!(matches!(
            message(&mut frames).await,
            Some(Err(SocketError::Capacity(_)))
        ));
        assert!(message(&mut frames).await.is_none());
    }
}
