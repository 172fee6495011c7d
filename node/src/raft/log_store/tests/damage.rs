//! Damage is reported, never read.
