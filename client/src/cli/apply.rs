//! `trellis apply`: the resources of manifests become what they say, all or none.

use std::collections::BTreeMap;
use std::path::Path;

use clap::Args;
use serde_json::{Map, Value, json};
use trellis_client::Client;
use trellis_client::cloudformation::{Place, Template};
use trellis_client::manifest;
use trellis_proto::v1;

use super::connection::{Connection, Format};
use super::failure::Failure;
use super::file::read_file;
use super::write::WriteArgs;
use super::{flag, output, write};

/// Columns of what was done.
const COLUMNS: &[&str] = &["action", "kind", "name", "id"];
/// Endings of manifests in a directory.
const ENDINGS: &[&str] = &["yaml", "yml", "json"];

/// Options of `apply`.
#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// Manifest file, directory of manifests (*.yaml, *.yml, *.json), or - for stdin.
    #[arg(
        short,
        long,
        required_unless_present = "from_cloudformation",
        value_name = "FILE|DIR|-"
    )]
    file: Vec<String>,
    /// CloudFormation template in JSON, of which `AWS::VpcLattice::*` is applied; - for stdin.
    ///
    /// Where a policy or a text needs an ARN, what it is of is made by a write before.
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["file", "expect_revision", "client_token"])]
    from_cloudformation: Option<String>,
    /// Value of a template's parameter.
    #[arg(long, value_name = "NAME=VALUE", value_parser = flag::pair, requires = "from_cloudformation")]
    parameter: Vec<(String, String)>,
    #[command(flatten)]
    write: WriteArgs,
}

impl Apply {
    /// Reads the manifests and applies them in one write.
    pub(crate) async fn run(self, connection: &Connection) -> Result<(), Failure> {
        if let Some(template) = &self.from_cloudformation {
            return self.run_template(template, connection).await;
        }
        let resources = resources(&self.file)?;
        if resources.is_empty() {
            return Err(Failure::usage(
                "there is no resource in these manifests",
                "begin one with a line such as `kind: Service`",
            ));
        }
        let client = connection.client()?;
        let answer = self.write(&client, resources).await?;
        show(connection, &answer)
    }

    /// Applies what a template declares, with as many writes as its references need.
    async fn run_template(&self, file: &str, connection: &Connection) -> Result<(), Failure> {
        let client = connection.client()?;
        let caller = client
            .get_caller_identity(v1::GetCallerIdentityRequest {})
            .await?;
        let stack = Path::new(file).file_stem().unwrap_or_default();
        let place = Place {
            account: caller.account,
            region: connection.region()?,
            stack: stack.to_string_lossy().into_owned(),
        };
        let given = self.parameter.iter().cloned().collect();
        let template = Template::read(&read_file(file)?, &given, &place)?;
        let mut made = BTreeMap::new();
        loop {
            let (ids, resources): (Vec<_>, Vec<_>) = template.next(&made)?.into_iter().unzip();
            if ids.is_empty() {
                return Ok(());
            }
            let answer = match self.write(&client, resources).await {
                // Whoever applies the template again does not need the token of one of its writes.
                Err(Failure::Unknown { refusal, .. }) => return Err(Failure::Refused(refusal)),
                answer => answer?,
            };
            if answer.results.len() != ids.len() {
                let message = "the node did not tell what became of each resource";
                return Err(Failure::Other(message.to_owned()));
            }
            for (id, applied) in ids.into_iter().zip(&answer.results) {
                made.insert(id, done(applied)?);
            }
            show(connection, &answer)?;
        }
    }

    async fn write(
        &self,
        client: &Client,
        resources: Vec<v1::Resource>,
    ) -> Result<v1::ApplyResponse, Failure> {
        let (options, written) = self.write.options();
        let request = v1::ApplyRequest {
            resources,
            options: Some(options),
        };
        written.answer(client.apply(request).await)
    }
}

/// Prints what was done.
fn show(connection: &Connection, answer: &v1::ApplyResponse) -> Result<(), Failure> {
    let done = answer.results.iter().map(done);
    let done = done.collect::<Result<Vec<_>, _>>()?;
    let around = Map::from_iter([("revision".to_owned(), answer.revision.into())]);
    output::many(
        connection.output,
        shown(done, connection.output),
        COLUMNS,
        around,
    )?;
    let failures = answer.results.iter().flat_map(|done| &done.unsuccessful);
    write::tell_with_targets(answer.revision, answer.late.clone(), failures)
}

fn done(applied: &v1::Applied) -> Result<Value, Failure> {
    let resource = applied.resource.clone().unwrap_or_default();
    let mut flat = output::flat(&resource)?;
    flat["action"] = json!(applied.action);
    Ok(flat)
}

/// Resources have names of several kinds; the table has one column for them.
fn shown(mut done: Vec<Value>, format: Format) -> Vec<Value> {
    if format == Format::Table {
        for resource in &mut done {
            let name = [
                "name",
                "userName",
                "roleName",
                "resourceIdentifier",
                "resourceArn",
            ]
            .iter()
            .find_map(|field| resource.get(field).cloned());
            resource["name"] = name.unwrap_or_default();
        }
    }
    done
}

fn resources(files: &[String]) -> Result<Vec<v1::Resource>, Failure> {
    let mut resources = Vec::new();
    let mut mistaken = Vec::new();
    for file in expand(files)? {
        let name = if file == "-" { "stdin" } else { &file };
        match manifest::parse(&read_file(&file)?, name) {
            Ok(read) => resources.extend(read),
            Err(error) => mistaken.push(error),
        }
    }
    if mistaken.is_empty() {
        Ok(resources)
    } else {
        Err(Failure::Manifest(mistaken))
    }
}

/// Replaces directories by the manifests in them, in the order of their names.
fn expand(files: &[String]) -> Result<Vec<String>, Failure> {
    let mut expanded = Vec::new();
    for file in files {
        if file == "-" || !Path::new(file).is_dir() {
            expanded.push(file.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(file)? {
            let path = entry?.path();
            let ending = path.extension().and_then(|ending| ending.to_str());
            if ending.is_some_and(|ending| ENDINGS.contains(&ending)) {
                inside.push(path.to_string_lossy().into_owned());
            }
        }
        inside.sort();
        expanded.extend(inside);
    }
    Ok(expanded)
}
