//! What nodes tell each other of the health of targets.

use trellis_proto::cluster_v1::{ProbedState, ProbedTarget};

use super::{HealthCell, State, TargetKey};

impl HealthCell {
    /// What this node's own probes say, for other nodes.
    #[must_use]
    pub fn told(&self) -> Vec<ProbedTarget> {
        let local = self.local().into_iter();
        local.map(|(key, state)| probed(key, state)).collect()
    }

    /// Takes in all that another node's probes say, in place of what it said before; nothing when
    /// the node is gone or silent. What cannot be read is left out.
    pub fn learn(&self, node: &str, said: Vec<ProbedTarget>) {
        self.replace(node, said.into_iter().filter_map(understood).collect());
    }
}

fn probed(key: TargetKey, state: State) -> ProbedTarget {
    let state = match state {
        State::Initial => ProbedState::Initial,
        State::Healthy => ProbedState::Healthy,
        State::Unhealthy => ProbedState::Unhealthy,
    };
    ProbedTarget {
        target_group: key.group,
        address: key.address.to_string(),
        state: state.into(),
    }
}

fn understood(target: ProbedTarget) -> Option<(TargetKey, State)> {
    let state = match target.state() {
        ProbedState::Initial => State::Initial,
        ProbedState::Healthy => State::Healthy,
        ProbedState::Unhealthy => State::Unhealthy,
    };
    let address = target.address.parse().ok()?;
    let group = target.target_group;
    Some((TargetKey { group, address }, state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_node_tells_is_what_the_others_learn() {
        let (teller, learner) = (HealthCell::default(), HealthCell::default());
        let said = [
            ("tg-1", "10.0.0.1:80", State::Healthy),
            ("tg-1", "[fd00::1]:81", State::Unhealthy),
            ("tg-2", "10.0.0.1:80", State::Initial),
        ]
        .map(|(group, address, state)| {
            let address = address.parse().unwrap();
            let group = group.to_owned();
            (TargetKey { group, address }, state)
        });
        for (key, state) in &said {
            teller.observe(key, *state);
        }
        let mut told = teller.told();
        told.push(ProbedTarget {
            address: "nowhere".to_owned(),
            ..ProbedTarget::default()
        });
        learner.learn("node-1", told);
        for (key, state) in &said {
            assert_eq!(learner.state(key), Some(*state), "{key:?}");
        }
        learner.learn("node-1", Vec::new());
        assert!(said.iter().all(|(key, _)| learner.state(key).is_none()));
    }
}
