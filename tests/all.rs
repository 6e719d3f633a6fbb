//! All tests that drive the whole program, in one binary; each file is one thing a user can rely on.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    reason = "tests may fail loudly"
)]

mod support;

/// A question is acknowledged and answered.
mod answering;
/// Rooms, purity, file sizes.
mod architecture;
/// Links, sessions, origins and signed customers.
mod auth;
/// Who answers in which language.
mod by_language;
/// Several shops on one server: who sees and gets what, and what becomes of a shop that is removed.
mod by_shop;
/// `check` and `replay` as they are typed.
mod check_command;
/// What colleagues keep of a customer.
mod customers;
/// Licences, doubles, compilers.
mod dependencies;
/// The files of docs/deploy.
mod deploying;
/// The desk's boards, chats that change hands, presence.
mod desk;
/// What strangers cannot do to the doors.
mod doors;
/// A draft that answers a share of the new talks.
mod draft_shares;
/// Changes kept for later, and published.
mod drafts;
/// Packs evaluated on labelled sentences.
mod evaluating;
/// Kills, bad networks, full disks.
mod faults;
/// A new question of an operator, with five lines.
mod few_examples;
/// Pictures and documents, both ways.
mod files;
/// Each finding of `check` with its page.
mod findings;
/// Bytes that nobody made with care.
mod fuzz;
/// The queue, the desk, and the bot's silence.
mod handing_off;
/// Attackers beside honest people.
mod hostile;
/// What is kept from one start to the next.
mod kept;
/// Each wrong frame gets its exact code.
mod limits;
/// Start, stop, crash, reload, files.
mod living;
/// What was not answered well, taught and taken back.
mod morning;
/// Several servers on one store.
mod nodes;
/// The numbers of the day, for supervisors and owners.
mod numbers;
/// Orders of customers, looked up at the shop.
mod orders;
/// Earlier talks of a shopper at the desk.
mod past;
/// What shoppers say about themselves: hidden, exported, erased.
mod personal;
/// Ready texts of shops and agents.
mod phrases;
/// Talks drawn, assessed, answered and shared.
mod quality;
/// Questions found, tried, changed and taken back at the desk.
mod questions;
/// The report for the owner, as it is typed.
mod report;
/// Nothing is lost, repeated or reordered across reconnects.
mod resuming;
/// What is written from the types is not stale.
mod schemas;
/// Search over what was said.
mod search;
/// Spreadsheets into shops and out of them, as they are typed.
mod sheets;
/// Hours, facts and goods changed at the desk.
mod shop_page;
/// Several shops on one server.
mod shops;
/// People, rights, passwords, and the command line beside a server.
mod staff;
/// What agents are offered, on a labelled set.
mod suggestions;
/// The audit record, backups, the doctor.
mod upkeep;
/// Pictures of messages that were taken back.
mod withdrawn_files;

/// Whole talks as a shop owner wants them.
mod scenarios;

/// Bugs, each with the test that shows it.
mod regression;
