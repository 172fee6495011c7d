//! Versioned encoding of commands and states.
