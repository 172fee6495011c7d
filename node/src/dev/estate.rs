//! The sample estate: two accounts, a VPC in each, one service network and one service.
//!
//! Account 1 owns VPC a, the network `shop` and the service `orders-api`. Account 2 owns VPC b and
//! the role `service-orders-frontend`, whose sessions may read and write orders but not the secret.

use std::net::SocketAddr;

/// Name of the role whose session the sample's credentials are.
pub(super) const ROLE: &str = "service-orders-frontend";

/// What account 1 owns, as manifests. `echoes` are the targets of `orders`, `reports-v1` and
/// `reports-v2`; account 2 may associate its VPCs with the network.
pub(super) fn provider(
    accounts: [&str; 2],
    region: &str,
    vpc: &str,
    echoes: [SocketAddr; 3],
) -> String {
    let mut text = include_str!("provider.yaml")
        .replace("$PROVIDER", accounts[0])
        .replace("$CONSUMER", accounts[1])
        .replace("$REGION", region)
        .replace("$VPC", vpc);
    for (word, echo) in ["$ORDERS", "$REPORTS1", "$REPORTS2"]
        .into_iter()
        .zip(echoes)
    {
        text = text
            .replace(&format!("{word}_ADDRESS"), &echo.ip().to_string())
            .replace(&format!("{word}_PORT"), &echo.port().to_string());
    }
    text
}

/// What account 2 owns, as manifests; `network` is the ARN of the network `shop`.
pub(super) fn consumer(account: &str, network: &str, vpc: &str) -> String {
    include_str!("consumer.yaml")
        .replace("$CONSUMER", account)
        .replace("$NETWORK", network)
        .replace("$VPC", vpc)
}
