//! Runs transcripts: lines that say what is asked of the registry, each followed by `=> answer`.
//!
//! ```text
//! [as WHO] [token TOKEN] VERB … [; VERB …]
//! => ok … | refused KIND: text
//! ```
//!
//! `WHO` is `cluster`, `ops` (the operating account), `team` or `other`; `team` where none is said.
//! Records are called by short names; ids in answers are shown as these names. An answer that ends
//! with `…` needs to begin like that only.

use std::collections::BTreeMap;

use trellis_core::model::{Kind, Target, id};
use trellis_core::registry::command::{
    AnyRecord, COMMAND_VERSION, Identifier, JoinTokenUse, TagChange, TargetList,
};
use trellis_core::registry::outcome::{Judgement, OperationResult, Refusal, RefusalKind};
use trellis_core::registry::query::{self, Filter};
use trellis_core::registry::{Change, Command, Operation, State, apply};

use super::fields;

/// The accounts of every transcript.
pub(crate) const OPS: &str = "111111111111";
pub(crate) const TEAM: &str = "222222222222";
pub(crate) const OTHER: &str = "333333333333";

/// A registry, and the names that a transcript gave to its records.
pub(crate) struct Script {
    pub(crate) state: State,
    revision: u64,
    now_ms: u64,
    pub(crate) names: BTreeMap<String, String>,
    account: String,
    region: String,
    token: String,
}

/// The kinds by the words of transcripts.
pub(crate) const KINDS: &[(&str, Kind)] = &[
    ("account", Kind::Account),
    ("vpc", Kind::Vpc),
    ("security-group", Kind::SecurityGroup),
    ("node", Kind::Node),
    ("network", Kind::ServiceNetwork),
    ("service", Kind::Service),
    ("listener", Kind::Listener),
    ("rule", Kind::Rule),
    ("target-group", Kind::TargetGroup),
    (
        "service-association",
        Kind::ServiceNetworkServiceAssociation,
    ),
    ("vpc-association", Kind::ServiceNetworkVpcAssociation),
    ("auth-policy", Kind::AuthPolicy),
    ("resource-policy", Kind::ResourcePolicy),
    ("log-subscription", Kind::AccessLogSubscription),
    ("user", Kind::User),
    ("access-key", Kind::AccessKey),
    ("role", Kind::Role),
    ("cluster-key", Kind::ClusterKey),
    ("join-token", Kind::JoinToken),
    ("settings", Kind::ClusterSettings),
    ("gateway", Kind::ResourceGateway),
    ("configuration", Kind::ResourceConfiguration),
    (
        "resource-association",
        Kind::ServiceNetworkResourceAssociation,
    ),
    ("verification", Kind::DomainVerification),
    ("policy", Kind::ManagedPolicy),
    ("share", Kind::ResourceShare),
    ("oidc-provider", Kind::OidcProvider),
    ("certificate", Kind::Certificate),
];

/// A cluster with three accounts and two regions.
const OPENING: &str = "
    as cluster create settings cluster account=111111111111 regions=eu-west-1,us-east-1 suffix=trellis.internal partition=7d67968
    => ok cluster
    as cluster create account 111111111111 ; create account 222222222222 ; create account 333333333333
    => ok 111111111111 222222222222 333333333333
";

/// Runs a transcript on a new cluster and compares every answer.
pub(crate) fn check(text: &str) -> Script {
    let mut script = begin(OPENING);
    script.run(text);
    script
}

/// Runs a transcript on nothing.
pub(crate) fn begin(text: &str) -> Script {
    let mut script = Script::new();
    script.run(text);
    script
}

impl Script {
    fn new() -> Self {
        Self {
            state: State::default(),
            revision: 0,
            now_ms: 1_700_000_000_000,
            names: BTreeMap::new(),
            account: TEAM.into(),
            region: "eu-west-1".into(),
            token: String::new(),
        }
    }

    pub(crate) fn run(&mut self, text: &str) {
        #[cfg(feature = "seeded-bugs")]
        {
            let name = std::env::var(trellis_core::seeded_bugs::VARIABLE).unwrap_or_default();
            trellis_core::seeded_bugs::choose_named(Some(&name)).unwrap();
        }
        let lines = text.lines().map(|line| line.split(" #").next().unwrap());
        let mut lines = lines
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .peekable();
        while let Some(line) = lines.next() {
            let answer = self.answer(line).trim_end().to_owned();
            let Some(expected) = lines.peek().and_then(|line| line.strip_prefix("=>")) else {
                assert!(answer.starts_with("ok"), "{line}\n=> {answer}");
                continue;
            };
            let expected = expected.trim();
            match expected.strip_suffix('…') {
                Some(start) => assert!(
                    answer.starts_with(start),
                    "{line}\n=> {answer}\nexpected {expected}"
                ),
                None => assert_eq!(answer, expected, "{line}"),
            }
            lines.next();
        }
    }

    fn answer(&mut self, line: &str) -> String {
        self.account = TEAM.into();
        self.region = "eu-west-1".into();
        self.token.clear();
        let mut rest = line;
        loop {
            let mut words = rest.splitn(3, ' ');
            match (words.next(), words.next()) {
                (Some("as"), Some(who)) => self.account = account(who).into(),
                (Some("in"), Some(region)) => self.region = region.into(),
                (Some("token"), Some(token)) => self.token = token.into(),
                _ => break,
            }
            rest = words.next().unwrap_or_default();
        }
        match rest.split(' ').next().unwrap() {
            "wait" => {
                let seconds: u64 = rest["wait ".len()..].trim_end_matches('s').parse().unwrap();
                self.now_ms += seconds * 1_000;
                "ok".into()
            }
            "show" => self.show(rest),
            "list" => self.list(rest),
            "resolve" => self.resolve(rest),
            "tagged" => {
                let tagged = query::tagged(&self.state, &self.account, &self.region);
                let texts = tagged.into_iter().map(|(arn, tags)| {
                    let tags = tags.iter().map(|(key, value)| format!(" {key}={value}"));
                    format!(" {arn}{}", tags.collect::<String>())
                });
                self.shown(&format!("ok{}", texts.collect::<String>()))
            }
            "drained" => {
                let lists = query::drained(&self.state, self.now_ms);
                let texts = lists.flat_map(|list| list.targets).map(|target| target.id);
                format!("ok {}", texts.collect::<Vec<_>>().join(" "))
            }
            _ => self.write(rest),
        }
    }

    fn write(&mut self, rest: &str) -> String {
        let operations: Vec<Operation> = rest.split(" ; ").map(|op| self.operation(op)).collect();
        let command = Command {
            version: COMMAND_VERSION,
            at_ms: self.now_ms,
            account: self.account.clone(),
            region: self.region.clone(),
            principal: String::new(),
            client_token: self.token.clone(),
            fingerprint: rest.as_bytes().to_vec(),
            operations,
        };
        self.revision += 1;
        self.now_ms += 1;
        let shape = command.validate();
        let applied = apply(&mut self.state, self.revision, &command);
        match applied.judgement.unwrap() {
            Judgement::Done(outcome) => {
                assert_eq!(
                    shape,
                    Ok(()),
                    "what is done has a shape that is right: {rest}"
                );
                let results = outcome.results.iter().map(|result| self.result(result));
                format!("ok {}", results.collect::<Vec<_>>().join(" "))
            }
            Judgement::Refused(refusal) => self.refused(&refusal),
        }
    }

    pub(crate) fn id(&mut self, kind: Kind, name: &str) -> String {
        match kind {
            Kind::Account | Kind::ClusterSettings | Kind::Node => name.to_owned(),
            _ => self.names.get(name).cloned().unwrap_or_else(|| {
                let mut seed = [0; 16];
                let count = u64::try_from(self.names.len()).unwrap() + 1;
                seed[..8].copy_from_slice(&(count << 24 | 0xabc).to_be_bytes());
                let id = id::generate(kind, seed);
                self.names.insert(name.to_owned(), id.clone());
                id
            }),
        }
    }

    fn operation(&mut self, text: &str) -> Operation {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut operation = Operation::default();
        operation.change = Some(match words[..] {
            ["create", kind, name, ref rest @ ..] => {
                let record = self.new_record(word(kind), name, rest);
                Change::Create(stored(record))
            }
            ["put", kind, name, ref rest @ ..] => {
                let id = self.names.get(name).cloned().unwrap_or_default();
                let mut record = fields::empty(word(kind));
                record.meta_mut().id = id;
                fields::set_all(self, &mut record, rest);
                Change::Put(stored(record))
            }
            ["update", kind, name, ref rest @ ..] => {
                let id = self.id(word(kind), name);
                let known = self.state.get_any(word(kind), &id);
                let mut record = known.unwrap_or_else(|| fields::empty(word(kind)));
                record.meta_mut().id = id;
                let (expected, rest): (Vec<&str>, Vec<&str>) =
                    rest.iter().partition(|field| field.starts_with("at="));
                if let Some(revision) = expected.first() {
                    operation.expected_revision = revision["at=".len()..].parse().unwrap();
                }
                fields::set_all(self, &mut record, &rest);
                Change::Update(stored(record))
            }
            ["delete", kind, name] => Change::Delete(self.identifier(kind, name)),
            ["register", group, ref targets @ ..] => {
                Change::RegisterTargets(self.targets(group, targets))
            }
            ["deregister", group, ref targets @ ..] => {
                Change::DeregisterTargets(self.targets(group, targets))
            }
            ["sweep", group, ref targets @ ..] => {
                Change::RemoveDrained(self.targets(group, targets))
            }
            ["tag", kind, name, ref tags @ ..] => Change::Tag(TagChange {
                resource: Some(self.identifier(kind, name)),
                tags: tags.iter().map(|tag| pair(tag)).collect(),
            }),
            ["untag", kind, name, ref keys @ ..] => Change::Untag(TagChange {
                resource: Some(self.identifier(kind, name)),
                tags: keys
                    .iter()
                    .map(|key| ((*key).into(), String::new()))
                    .collect(),
            }),
            ["join", token, secret, ref key @ ..] => Change::UseJoinToken(JoinTokenUse {
                token: self.names.get(token).cloned().unwrap_or_default(),
                secret_sha256: vec![secret.as_bytes()[0]; 32],
                key_sha256: key.iter().flat_map(|key| [key.as_bytes()[0]; 32]).collect(),
                node: Some(trellis_core::model::Node {
                    cluster_address: "n:7601".into(),
                    api_address: "n:7600".into(),
                    ..Default::default()
                }),
            }),
            _ => panic!("no such operation: {text}"),
        });
        operation
    }

    fn new_record(&mut self, kind: Kind, name: &str, rest: &[&str]) -> AnyRecord {
        let mut record = fields::empty(kind);
        let id = self.id(kind, name);
        let meta = record.meta_mut();
        meta.id = id;
        let named = matches!(
            kind,
            Kind::ResourceShare
                | Kind::ServiceNetwork
                | Kind::Service
                | Kind::Listener
                | Kind::Rule
                | Kind::TargetGroup
                | Kind::Vpc
                | Kind::SecurityGroup
                | Kind::User
                | Kind::Role
                | Kind::ManagedPolicy
                | Kind::OidcProvider
                | Kind::ResourceGateway
                | Kind::ResourceConfiguration
        );
        if named {
            meta.name = name.into();
        }
        fields::set_all(self, &mut record, rest);
        record
    }

    fn identifier(&self, kind: &str, name: &str) -> Identifier {
        let kind = word(kind);
        let id = match self.names.get(name) {
            Some(id) => id.clone(),
            None => name.to_owned(),
        };
        Identifier {
            kind: kind as i32,
            id,
        }
    }

    fn targets(&self, group: &str, targets: &[&str]) -> TargetList {
        TargetList {
            target_group: self
                .names
                .get(group)
                .cloned()
                .unwrap_or_else(|| group.into()),
            targets: targets.iter().map(|text| target(text)).collect(),
        }
    }

    fn result(&self, result: &OperationResult) -> String {
        let record = result
            .record
            .as_ref()
            .and_then(|stored| stored.record.as_ref());
        let mut text = record.map_or_else(String::new, |record| self.shown(&record.meta().id));
        if !result.successful.is_empty() {
            let done = result
                .successful
                .iter()
                .map(|t| format!("{}:{}", t.id, t.port));
            text += &format!(" [{}]", done.collect::<Vec<_>>().join(" "));
        }
        for failure in &result.unsuccessful {
            text += &format!(" {}: {}", failure.code, self.shown(&failure.message));
        }
        text
    }

    fn refused(&self, refusal: &Refusal) -> String {
        let kind = RefusalKind::try_from(refusal.kind).unwrap();
        let code = match refusal.quota_code.as_str() {
            "" => String::new(),
            code => format!("({code})"),
        };
        format!("refused {kind:?}{code}: {}", self.shown(&refusal.message))
    }

    /// A text with the transcript's names in place of ids.
    fn shown(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, id) in &self.names {
            text = text.replace(id, name);
        }
        text
    }

    /// `show KIND NAME FIELD`.
    fn show(&mut self, text: &str) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        let id = self.id(word(words[1]), words[2]);
        match query::get_any(&self.state, &self.account, word(words[1]), &id) {
            Ok(record) => format!("ok {}", self.shown(&fields::get(&record, words[3]))),
            Err(refusal) => self.refused(&refusal),
        }
    }

    /// `list KIND [parent …]`, in pages of two to see that paging loses nothing.
    fn list(&mut self, text: &str) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        let parents: Vec<String> = words[2..]
            .iter()
            .map(|name| self.names.get(*name).cloned().unwrap())
            .collect();
        let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
        let region = match self.account.as_str() {
            "" => "",
            _ => &self.region,
        };
        let filter = Filter {
            account: &self.account,
            region,
            parents: &parents,
            ..Filter::default()
        };
        let mut ids = Vec::new();
        let mut after = String::new();
        loop {
            let (page, next) = fields::list(&self.state, word(words[1]), &filter, &after);
            assert!(page.len() <= 2 && (next.is_none() || page.len() == 2));
            ids.extend(page);
            match next {
                Some(next) => after = next,
                None => break,
            }
        }
        assert!(ids.is_sorted(), "lists are in the order of ids");
        format!("ok {}", self.shown(&ids.join(" ")))
    }

    /// `resolve KIND PARENT|- IDENTIFIER`; `@name` stands for the id of a name.
    fn resolve(&mut self, text: &str) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        let parent = self.names.get(words[2]).cloned().unwrap_or_default();
        let mut identifier = words[3].to_owned();
        for (name, id) in &self.names {
            identifier = identifier.replace(&format!("@{name}"), id);
        }
        let (account, region) = (&self.account, &self.region);
        match query::resolve(
            &self.state,
            word(words[1]),
            account,
            region,
            &parent,
            &identifier,
        ) {
            Ok(id) => format!("ok {}", self.shown(&id)),
            Err(refusal) => self.refused(&refusal),
        }
    }
}

fn account(who: &str) -> &'static str {
    match who {
        "cluster" => "",
        "ops" => OPS,
        "team" => TEAM,
        "other" => OTHER,
        _ => panic!("no such caller: {who}"),
    }
}

pub(crate) fn word(word: &str) -> Kind {
    let found = KINDS.iter().find(|(known, _)| *known == word);
    found.unwrap_or_else(|| panic!("no such kind: {word}")).1
}

fn stored(record: AnyRecord) -> trellis_core::registry::command::Stored {
    trellis_core::registry::command::Stored {
        record: Some(record),
    }
}

pub(crate) fn pair(text: &str) -> (String, String) {
    let (key, value) = text
        .split_once('=')
        .unwrap_or_else(|| panic!("no pair: {text}"));
    (key.into(), value.into())
}

/// `id`, or `id#port`.
pub(crate) fn target(text: &str) -> Target {
    let (id, port) = text.split_once('#').unwrap_or((text, "0"));
    Target {
        id: id.into(),
        port: port.parse().unwrap(),
        ..Target::default()
    }
}
