//! The data plane as its clients and targets see it: real workers, real sockets, a view made by
//! hand.

mod bodies;
mod estate;
mod http1;
mod http2;
mod lifecycle;
mod refusals;
#[cfg(feature = "seeded-bugs")]
mod seeded_bugs;
mod signed;
mod targets;
