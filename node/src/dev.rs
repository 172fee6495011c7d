//! Development clusters: what `trellis-node dev` starts.

pub mod echo;
