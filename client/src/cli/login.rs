//! `trellis login`: a session of a role for whoever has credentials of AWS.

use std::process::{Command, Stdio};

use aws_credential_types::Credentials;
use clap::Args;
use serde::Deserialize;
use trellis_client::{presigned, signature};
use trellis_proto::v1;

use super::connection::{Connection, credentials};
use super::environment;
use super::failure::Failure;
use super::role;

/// Options of `login`.
#[derive(Debug, Args)]
pub(crate) struct Login {
    /// ARN of the role of the cluster.
    #[arg(long, value_name = "ARN")]
    role_arn: String,
    /// Name of the session, 2 to 64 characters.
    #[arg(long, value_name = "NAME")]
    session_name: String,
    /// Id of the cluster that the login is for, as `trellis status` tells it: without it a false cluster could use the
    /// login at another.
    #[arg(long, value_name = "ID", env = "TRELLIS_CLUSTER_ID")]
    cluster_id: String,
    /// How long the credentials last; seconds, 900 to 43200.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    duration_seconds: u32,
    /// Profile of AWS whose credentials are used, through `aws configure export-credentials`; without it, the
    /// credentials of the environment.
    #[arg(long, value_name = "NAME")]
    aws_profile: Option<String>,
    /// Region of AWS whose STS says who it is.
    #[arg(long, value_name = "REGION", default_value = "us-east-1")]
    sts_region: String,
}

impl Login {
    /// Logs in and prints the credentials.
    pub(crate) async fn run(self, connection: &Connection) -> Result<(), Failure> {
        let credentials = match &self.aws_profile {
            Some(profile) => exported(connection, profile)?,
            None => credentials()?,
        };
        let now = signature::now();
        let url = presigned::identity(&credentials, &self.sts_region, &self.cluster_id, now);
        let request = v1::AssumeRoleWithAwsIdentityRequest {
            role_arn: self.role_arn,
            role_session_name: self.session_name,
            duration_seconds: self.duration_seconds,
            presigned_url: url.map_err(|error| Failure::Other(error.to_string()))?,
        };
        let client = connection.stranger()?;
        let session = client.assume_role_with_aws_identity(request).await?;
        role::print(connection.output, &session)
    }
}

/// What `aws configure export-credentials` prints. Source: AWS CLI user guide, "Sourcing credentials with an external
/// process".
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Exported {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

/// The credentials of a profile, as the AWS CLI finds them at AWS: files, single sign-on, roles, metadata services.
fn exported(connection: &Connection, profile: &str) -> Result<Credentials, Failure> {
    let hint = "install the AWS CLI, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
    let mut aws = Command::new("aws");
    for variable in environment::in_force(connection) {
        aws.env_remove(variable);
    }
    let output = aws
        .args(["configure", "export-credentials", "--format", "process"])
        .args(["--profile", profile])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output();
    let output =
        output.map_err(|error| Failure::usage(format!("aws cannot be run: {error}"), hint))?;
    if !output.status.success() {
        let message = format!("aws gives no credentials of the profile {profile}");
        return Err(Failure::usage(message, "see what it says above"));
    }
    let exported: Exported = serde_json::from_slice(&output.stdout)
        .map_err(|_| Failure::usage("aws gives credentials that cannot be read", hint))?;
    Ok(Credentials::new(
        exported.access_key_id,
        exported.secret_access_key,
        exported.session_token,
        None,
        "profile",
    ))
}
