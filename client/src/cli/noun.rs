//! One noun of the command line: a kind of resource, its verbs, flags and columns.

use clap::Args;
use serde_json::Map;
use trellis_client::Client;
use trellis_client::kind::{self, Kind};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind;

use super::connection::{Connection, Format};
use super::failure::Failure;
use super::flag::{Flag, Place};
use super::nouns;
use super::output;
use super::read::ReadArgs;
use super::scope::Scope;

/// Resources of one page. Source: the API's limit.
const PAGE: u32 = 100;
/// The identifier of the only record of the cluster's settings.
const SETTINGS: &str = "cluster";

/// One noun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noun {
    /// Its kind.
    pub(crate) kind: ResourceKind,
    /// What it is, for the help.
    pub(crate) about: &'static str,
    /// What can be done with it in the general way.
    pub(crate) verbs: &'static [Verb],
    /// Its flags.
    pub(crate) flags: &'static [Flag],
    /// The columns of its table, as paths.
    pub(crate) columns: &'static [&'static str],
}

/// What can be done with resources of most kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Make one.
    Create,
    /// Make or replace one.
    Put,
    /// Read one.
    Get,
    /// Read all.
    List,
    /// Change one.
    Update,
    /// Remove one.
    Delete,
    /// Set and remove tags.
    Tag,
}

/// `trellis get KIND [ID]`
#[derive(Debug, Args)]
pub(crate) struct GetAny {
    /// The kind, such as service-network or sn.
    kind: String,
    /// Id, ARN or name; all of the kind if it is left out.
    id: Option<String>,
    /// Service of a listener or a rule, or of associations.
    #[arg(long)]
    service: Option<String>,
    /// Listener of a rule.
    #[arg(long)]
    listener: Option<String>,
    /// VPC of a security group, or of associations.
    #[arg(long)]
    vpc: Option<String>,
    /// Service network of associations.
    #[arg(long)]
    service_network: Option<String>,
    /// User of access keys.
    #[arg(long)]
    user: Option<String>,
    #[command(flatten)]
    read: ReadArgs,
}

impl Noun {
    /// The names of the kind.
    pub(crate) fn names(&self) -> Option<&'static Kind> {
        kind::KINDS.iter().find(|kind| kind.kind == self.kind)
    }

    /// The noun itself.
    pub(crate) fn name(&self) -> &'static str {
        self.names().map_or("", |names| names.noun)
    }

    /// Whether there is only one such resource, which has no name.
    pub(crate) fn is_single(&self) -> bool {
        self.kind == ResourceKind::ClusterSettings
    }

    /// Names one resource to the API.
    pub(crate) fn identifier(&self, id: Option<&str>, scope: &Scope) -> v1::Identifier {
        let (parent, listener) = if self.kind == ResourceKind::Rule {
            (&scope.grandparent, &scope.parent)
        } else {
            (&scope.parent, &scope.grandparent)
        };
        v1::Identifier {
            kind: self.kind.into(),
            identifier: id.unwrap_or(SETTINGS).to_owned(),
            parent: parent.clone(),
            listener: listener.clone(),
        }
    }

    /// Reads and prints one resource.
    pub(crate) async fn get(
        &self,
        client: &Client,
        format: Format,
        id: Option<&str>,
        scope: &Scope,
        read: ReadArgs,
    ) -> Result<(), Failure> {
        let request = v1::GetRequest {
            identifier: Some(self.identifier(id, scope)),
            options: Some(read.options()),
        };
        let answer = client.get(request).await?;
        read.tell_age(answer.age_ms);
        let resource = answer.resource.unwrap_or_default();
        output::one(format, &output::flat(&resource)?)
    }

    /// Reads and prints every resource of the kind, page by page.
    pub(crate) async fn list(
        &self,
        client: &Client,
        format: Format,
        scope: Scope,
        read: ReadArgs,
    ) -> Result<(), Failure> {
        let mut request = v1::ListRequest {
            kind: self.kind.into(),
            parent: scope.parent,
            service: scope.grandparent,
            service_network: scope.network,
            member: scope.member,
            max_results: PAGE,
            options: Some(read.options()),
            ..v1::ListRequest::default()
        };
        let mut items = Vec::new();
        let mut around = Map::new();
        loop {
            let page = client.list(request.clone()).await?;
            for resource in &page.resources {
                items.push(output::flat(resource)?);
            }
            around.insert("revision".to_owned(), page.revision.into());
            if page.next_token.is_empty() {
                read.tell_age(page.age_ms);
                break;
            }
            request.next_token = page.next_token;
        }
        output::many(format, items, self.columns, around)
    }
}

impl GetAny {
    /// Reads and prints.
    pub(crate) async fn run(self, connection: &Connection) -> Result<(), Failure> {
        let kind = kind::by_noun(&self.kind);
        let noun = kind.and_then(|kind| nouns::find(|noun| noun.kind == kind.kind));
        let noun = noun.ok_or_else(|| unknown(&self.kind))?;
        let mut scope = Scope::default();
        for (name, value) in [
            ("service", self.service),
            ("listener", self.listener),
            ("vpc", self.vpc),
            ("service-network", self.service_network),
            ("user", self.user),
        ] {
            let Some(value) = value else { continue };
            let place = noun.flags.iter().find(|flag| flag.name == name);
            match place.map_or(Place::Property, |flag| flag.place) {
                Place::Property | Place::Fixed => {
                    return Err(Failure::usage(
                        format!("--{name} does not belong to {}", noun.name()),
                        format!("see `trellis {} list --help`", noun.name()),
                    ));
                }
                place => scope.put(place, &value),
            }
        }
        let client = connection.client()?;
        if self.id.is_some() || noun.is_single() {
            let id = self.id.as_deref();
            noun.get(&client, connection.output, id, &scope, self.read)
                .await
        } else {
            noun.list(&client, connection.output, scope, self.read)
                .await
        }
    }
}

fn unknown(name: &str) -> Failure {
    let nouns = || kind::KINDS.iter().map(|kind| kind.noun);
    let hint = match kind::nearest(name, nouns()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("kinds are {}", nouns().collect::<Vec<_>>().join(", ")),
    };
    Failure::usage(format!("there is no kind `{name}`"), hint)
}
