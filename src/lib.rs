//! yingda 应答: an auto-responder for online shops. ARCHITECTURE.md draws the picture; the modules below stand in
//! the order of their ranks, and a test holds that none uses one above it.

pub mod model;

pub mod telemetry;

pub mod config;

pub mod store;

pub mod intents;

pub mod reply;
pub mod understanding;

pub mod generation;
pub mod handoff;

pub mod conversation;
pub mod insight;

pub mod gateway;

pub mod cli;
