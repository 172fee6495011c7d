//! W1 asked of etcd: the same calls and answers, with keys in the place of users.

use rand::rngs::SmallRng;

use super::client::{Client, Failure};
use super::endpoints::Endpoints;
use super::wire::{self, Condition};
use crate::history::Outcome;
use crate::workload::register::{self, Answer, Memory, Operation};
use crate::workload::{Answered, Next, Who, Workload};

/// Registers in etcd.
#[derive(Default)]
pub(super) struct Register {
    calls: register::Register,
}

impl Workload<Endpoints> for Register {
    const NAME: &'static str = "register";
    type Operation = Operation;
    type Answer = Answer;
    type Memory = Memory;

    fn next(&self, who: &Who, memory: &mut Memory, chance: &mut SmallRng) -> Next<Operation> {
        self.calls.next(who, memory, chance)
    }

    async fn ask(
        &self,
        client: &Client,
        operation: &Operation,
    ) -> Result<Answered<Answer>, Failure> {
        let key = register::name(operation.key());
        let (value, condition) = match *operation {
            Operation::Read { .. } => {
                let read = wire::range(&key, client.serializable);
                let range: wire::Range = client.ask("/v3/kv/range", &read).await?;
                let garbled = || Failure::Unknown(format!("{key} holds no number"));
                return range.answer().ok_or_else(garbled);
            }
            Operation::Create { value, .. } => (value, Some(Condition::Absent)),
            Operation::Write { value, .. } => (value, None),
            Operation::CompareAndSet {
                revision, value, ..
            } => (value, Some(Condition::Since(revision))),
        };
        let put = wire::put(&key, value, condition);
        let put: wire::Put = client.ask("/v3/kv/txn", &put).await?;
        Ok(put.answer())
    }

    fn learn(&self, memory: &mut Memory, operation: &Operation, outcome: &Outcome<Answer>) {
        self.calls.learn(memory, operation, outcome);
    }

    fn last(&self) -> Vec<Operation> {
        self.calls.last()
    }
}
