//! `trellis apply`: the resources of manifests become what they say, all or none.

use std::path::Path;

use clap::Args;
use serde_json::{Map, Value, json};
use trellis_client::manifest;
use trellis_proto::v1;

use super::connection::{Connection, Format};
use super::failure::Failure;
use super::file::read_file;
use super::write::WriteArgs;
use super::{output, write};

/// Columns of what was done.
const COLUMNS: &[&str] = &["action", "kind", "name", "id"];
/// Endings of manifests in a directory.
const ENDINGS: &[&str] = &["yaml", "yml", "json"];

/// Options of `apply`.
#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// Manifest file, directory of manifests (*.yaml, *.yml, *.json), or - for stdin.
    #[arg(short, long, required = true, value_name = "FILE|DIR|-")]
    file: Vec<String>,
    #[command(flatten)]
    write: WriteArgs,
}

impl Apply {
    /// Reads the manifests and applies them in one write.
    pub(crate) async fn run(self, connection: &Connection) -> Result<(), Failure> {
        let resources = resources(&self.file)?;
        if resources.is_empty() {
            return Err(Failure::usage(
                "there is no resource in these manifests",
                "begin one with a line such as `kind: Service`",
            ));
        }
        let (options, written) = self.write.options();
        let request = v1::ApplyRequest {
            resources,
            options: Some(options),
        };
        let client = connection.client()?;
        let answer = written.answer(client.apply(request).await)?;
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
        write::tell_with_targets(answer.revision, answer.late, failures)
    }
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
