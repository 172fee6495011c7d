//! The requests that change the registry.

use serde::Serialize;
use trellis_proto::v1;

use super::Write;
use crate::control::error::Failure;
use crate::control::plan::{self, Plan, Planner};

macro_rules! writes {
    ($($request:ident => $plan:ident, latest: $latest:literal;)*) => {$(
        impl Write for v1::$request {
            const NAME: &'static str = stringify!($plan);
            const NEEDS_LATEST: bool = $latest;

            fn options(&self) -> Option<&v1::WriteOptions> {
                self.options.as_ref()
            }

            fn plan(&self, planner: &Planner<'_>) -> Result<Plan, Failure> {
                planner.$plan(self)
            }
        }
    )*};
}

// What a bundle calls unchanged must be so in the cluster, not only as this node knows it.
writes! {
    CreateRequest => create, latest: false;
    UpdateRequest => update, latest: false;
    DeleteRequest => delete, latest: false;
    ApplyRequest => apply, latest: true;
    TagRequest => tag, latest: false;
    UntagRequest => untag, latest: false;
}

/// Registers targets.
#[derive(Serialize)]
#[serde(transparent)]
pub(in crate::control) struct Register(pub(in crate::control) v1::TargetsRequest);

/// Deregisters targets.
#[derive(Serialize)]
#[serde(transparent)]
pub(in crate::control) struct Deregister(pub(in crate::control) v1::TargetsRequest);

impl Write for Register {
    const NAME: &'static str = "register-targets";

    fn options(&self) -> Option<&v1::WriteOptions> {
        self.0.options.as_ref()
    }

    fn plan(&self, planner: &Planner<'_>) -> Result<Plan, Failure> {
        plan::targets(planner, &self.0, true)
    }
}

impl Write for Deregister {
    const NAME: &'static str = "deregister-targets";

    fn options(&self) -> Option<&v1::WriteOptions> {
        self.0.options.as_ref()
    }

    fn plan(&self, planner: &Planner<'_>) -> Result<Plan, Failure> {
        plan::targets(planner, &self.0, false)
    }
}

/// Changes several resources, all or none.
#[derive(Serialize)]
#[serde(transparent)]
pub(in crate::control) struct Updates(pub(in crate::control) Vec<v1::UpdateRequest>);

impl Write for Updates {
    const NAME: &'static str = "update-all";

    fn options(&self) -> Option<&v1::WriteOptions> {
        self.0.first()?.options.as_ref()
    }

    fn plan(&self, planner: &Planner<'_>) -> Result<Plan, Failure> {
        let mut all = Plan::default();
        for request in &self.0 {
            let plan = planner.update(request)?;
            all.account = plan.account;
            all.operations.extend(plan.operations);
        }
        Ok(all)
    }
}
