//! What every read takes, and how its freshness is told.

use clap::Args;
use trellis_proto::v1;

use super::output;

/// Options of every read.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ReadArgs {
    /// Answer from the node's own state, which may be old; works without a quorum.
    #[arg(long)]
    local: bool,
}

impl ReadArgs {
    /// The options as the API has them.
    pub(crate) fn options(self) -> v1::ReadOptions {
        v1::ReadOptions { local: self.local }
    }

    /// Tells on stderr how old an answer of a local read may be.
    pub(crate) fn tell_age(self, age_ms: u64) {
        if !self.local {
            return;
        }
        // A node that has heard from no majority yet cannot say how old its state is.
        if age_ms == u64::MAX {
            output::note("read from this node alone, of unknown age");
        } else {
            output::note(&format!(
                "read from this node alone, at most {age_ms} ms old"
            ));
        }
    }
}
