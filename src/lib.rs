//! yingda 应答: an auto-responder for online shops. ARCHITECTURE.md draws the picture; the modules below stand in
//! the order of their ranks, and a test holds that none uses one above it.

pub mod model;

pub mod privacy;
pub mod sheets;
pub mod telemetry;

pub mod config;
pub mod shop;

pub mod files;
pub mod handoff;
pub mod store;

pub mod packs;

pub mod reply;
pub mod understanding;

pub mod dialogue;

pub mod accounts;
pub mod insight;
pub mod shops;

pub mod hub;
pub mod phrases;
pub mod publishing;

pub mod customers;
pub mod interchange;
pub mod orders;
pub mod reporting;
pub mod reviewing;
pub mod search;
pub mod teaching;

pub mod gateway;

pub mod cli;
