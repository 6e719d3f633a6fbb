//! Shoppers for a yingda server under load: they arrive at an open-loop rate, and every acknowledgement and answer
//! is checked.
//!
//! # Layout
//! - [`options`]: what was asked for on the command line.
//! - [`plan`]: who says what when, and which connection breaks when; decided before the first socket opens.
//! - [`pace`]: wakes shoppers on time.
//! - [`frame`]: the frames of subprotocol `yingda.v1` as a client sees them. Written anew and not shared with the
//!   server, so that a change there that breaks clients is noticed here.
//! - [`shopper`]: one shopper: connects, speaks at its times, reconnects, resends, reads its history at the end.
//! - [`socket`]: a connection, from the address to `welcome`.
//! - [`check`]: what a shopper saw, held against what the protocol promises. Pure. [`fault`]: what can be found.
//! - [`tab`]: another tab of a shopper, which listens. [`proxy`]: a network that misbehaves.
//! - [`proc`]: processor time and memory of the server. [`spawn`]: a server of our own.
//! - [`cost`]: what the server used. [`report`]: figures and verdict, as text or JSON.
//! - [`run`]: one whole test.
//! - `saturation`: a server that always has something to do. [`cores`]: which side runs on which core.
//! - [`compare`]: yingda, a bare echo and a Node server in turns.
//! - [`overload`]: several times as much as a server can carry, and what becomes of it.
//! - [`rehearse`]: recorded arrivals many times over, with agents at their desks.
//! - [`desks`]: many agents with many chats and a long queue. [`staff`]: the people of a server under test.
//! - [`hostile`]: attackers instead, and what honest people see meanwhile.

pub mod check;
pub mod compare;
pub mod cores;
pub mod cost;
pub mod desks;
pub mod fault;
pub mod frame;
pub mod hostile;
pub mod options;
pub mod overload;
pub mod pace;
pub mod plan;
pub mod proc;
pub mod proxy;
pub mod rehearse;
pub mod report;
pub mod run;
mod saturation;
pub mod shopper;
pub mod socket;
pub mod spawn;
mod staff;
pub mod tab;
