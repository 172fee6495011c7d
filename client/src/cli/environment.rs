//! `trellis env`: the variables with which AWS's own tools work with the cluster.

use serde_json::json;

use super::connection::{Connection, Format, credentials};
use super::failure::Failure;
use super::output;

/// Services that a cluster answers for, as AWS's tools write them in `AWS_ENDPOINT_URL_*`.
const SERVICES: &[&str] = &[
    "VPC_LATTICE",
    "STS",
    "IAM",
    "EC2",
    "RAM",
    "ACM",
    "RESOURCE_GROUPS_TAGGING_API",
];

/// Prints the variables, as lines for a shell's `eval`.
pub(crate) fn run(connection: &Connection) -> Result<(), Failure> {
    let variables = variables(connection)?;
    match connection.output {
        Format::Table | Format::Name => {
            let lines = variables
                .iter()
                .map(|(name, value)| assignment(name, value));
            output::line(&lines.collect::<Vec<_>>().join("\n"))
        }
        format @ (Format::Json | Format::Yaml) => {
            let members = variables.into_iter();
            let members = members.map(|(name, value)| (name, json!(value)));
            output::one(format, &members.collect::<serde_json::Map<_, _>>().into())
        }
    }
}

fn variables(connection: &Connection) -> Result<Vec<(String, String)>, Failure> {
    let endpoint = connection.endpoint();
    let endpoints = SERVICES.iter().map(|service| {
        let name = endpoint_variable(service);
        (name, endpoint.to_owned())
    });
    let mut variables: Vec<_> = endpoints.collect();
    let mut add = |name: &str, value: &str| variables.push((name.to_owned(), value.to_owned()));
    let region = connection.region()?;
    // Python's clients read the second only: boto3, and the AWS CLI up to version 1.
    add("AWS_REGION", &region);
    add("AWS_DEFAULT_REGION", &region);
    if let Some(path) = connection.ca_path() {
        add(
            "AWS_CA_BUNDLE",
            &std::path::absolute(path)?.to_string_lossy(),
        );
    }
    let credentials = credentials()?;
    add("AWS_ACCESS_KEY_ID", credentials.access_key_id());
    add("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key());
    if let Some(token) = credentials.session_token() {
        add("AWS_SESSION_TOKEN", token);
    }
    Ok(variables)
}

/// Those of the variables that stand in this environment: with them, AWS's tools speak with the cluster in place of AWS.
pub(crate) fn in_force(connection: &Connection) -> Vec<String> {
    let endpoint = Some(connection.endpoint().to_owned());
    let names = SERVICES.iter().map(|service| endpoint_variable(service));
    let mut names: Vec<_> = names
        .filter(|name| std::env::var(name).ok() == endpoint)
        .collect();
    if !names.is_empty() {
        names.push("AWS_CA_BUNDLE".to_owned());
    }
    names
}

fn endpoint_variable(service: &str) -> String {
    format!("AWS_ENDPOINT_URL_{service}")
}

/// A line that a POSIX shell takes as it is.
fn assignment(name: &str, value: &str) -> String {
    format!("export {name}='{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::assignment;

    #[test]
    fn a_shell_takes_values_as_they_are() {
        assert_eq!(assignment("A", "x y$z"), "export A='x y$z'");
        assert_eq!(assignment("A", "it's"), r"export A='it'\''s'");
    }
}
