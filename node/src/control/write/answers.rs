//! What a write is answered with.

use trellis_core::registry::State;
use trellis_core::registry::command::AnyRecord;
use trellis_core::registry::outcome::OperationResult;
use trellis_core::seal::Keyring;
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::Written;
use crate::control::convert;
use crate::control::error::Failure;
use crate::control::plan::Step;

impl Written {
    /// The answer to a write of one resource. Creating an access key tells its secret: `keyring` is
    /// given for that alone.
    ///
    /// # Errors
    /// Where the secret does not open.
    pub(in crate::control) fn one(
        self,
        state: &State,
        keyring: Option<&Keyring>,
    ) -> Result<v1::WriteResponse, Failure> {
        let record = self.outcome.results.first().and_then(record);
        let mut resource = record.map(|record| convert::resource(state, record));
        if let (Some(keyring), Some(AnyRecord::AccessKey(key))) = (keyring, record) {
            let id = record
                .map(|record| record.meta().id.as_bytes())
                .unwrap_or_default();
            let secret = keyring
                .open(id, &key.sealed_secret)
                .map_err(anyhow::Error::from)?;
            if let Some(Spec::AccessKey(message)) =
                resource.as_mut().and_then(|it| it.spec.as_mut())
            {
                message.secret_access_key = String::from_utf8_lossy(&secret).into_owned();
            }
        }
        Ok(v1::WriteResponse {
            revision: self.revision,
            resource,
            late: self.late,
        })
    }

    /// The records of a write of several, in its order.
    pub(in crate::control) fn all(self, state: &State) -> Vec<v1::Resource> {
        let records = self.outcome.results.iter().filter_map(record);
        records
            .map(|record| convert::resource(state, record))
            .collect()
    }

    /// The answer to a write of targets.
    pub(in crate::control) fn targets(self) -> v1::TargetsResponse {
        let result = self.outcome.results.into_iter().next().unwrap_or_default();
        v1::TargetsResponse {
            revision: self.revision,
            successful: result
                .successful
                .iter()
                .map(convert::write_target)
                .collect(),
            unsuccessful: result
                .unsuccessful
                .iter()
                .map(convert::write_failure)
                .collect(),
            late: self.late,
        }
    }

    /// The answer to a bundle, in the order of the request. Where the client token was used before,
    /// the first outcome: what was written, in the order of its writing.
    pub(in crate::control) fn bundle(self, state: &State) -> v1::ApplyResponse {
        let steps = self.plan.map(|plan| plan.steps);
        let results = &self.outcome.results;
        let repeated = || {
            let one = |operation| Step::Written {
                action: "",
                operations: vec![operation],
            };
            (0..results.len()).map(one).collect()
        };
        let steps = steps.unwrap_or_else(repeated);
        v1::ApplyResponse {
            revision: self.revision,
            results: steps
                .iter()
                .map(|step| applied(state, step, results))
                .collect(),
            late: self.late,
        }
    }
}

fn applied(state: &State, step: &Step, results: &[OperationResult]) -> v1::Applied {
    match step {
        Step::Unchanged(record) => v1::Applied {
            resource: Some(convert::resource(state, record)),
            action: "unchanged".to_owned(),
            unsuccessful: Vec::new(),
        },
        Step::Written { action, operations } => {
            let results = || {
                operations
                    .iter()
                    .filter_map(|operation| results.get(*operation))
            };
            let last = results().next_back().and_then(record);
            let failures = results().flat_map(|result| &result.unsuccessful);
            let action = match (*action, last) {
                ("", Some(last)) if last.meta().created_at_ms == last.meta().updated_at_ms => {
                    "created"
                }
                ("", _) => "updated",
                (action, _) => action,
            };
            v1::Applied {
                resource: last.map(|record| convert::resource(state, record)),
                action: action.to_owned(),
                unsuccessful: failures.map(convert::write_failure).collect(),
            }
        }
    }
}

fn record(result: &OperationResult) -> Option<&AnyRecord> {
    result.record.as_ref()?.record.as_ref()
}
