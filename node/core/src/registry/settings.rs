//! Rules of the cluster's settings.
//!
//! Source: our own.

use super::mistakes::Mistakes;
use super::outcome::Refusal;
use super::rules::{Case, Rules};
use super::service::pattern;
use crate::model::{ClusterSettings, Record, limits};

impl Rules for ClusterSettings {
    fn shape(&self, mistakes: &mut Mistakes) {
        mistakes.length("regions", self.regions.len(), 1, limits::REGIONS_MAX);
        for (index, region) in self.regions.iter().enumerate() {
            let path = format!("regions[{index}]");
            let fits = (1..=63).contains(&region.len())
                && region
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            mistakes.check(
                fits,
                &path,
                "is not 1–63 lower-case letters, digits and dashes",
            );
            let once = !self.regions[..index].contains(region);
            mistakes.check(once, &path, "is named twice");
        }
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let partition = self.partition_id.len() == 7 && self.partition_id.bytes().all(hex);
        mistakes.check(partition, "partitionId", "is not 7 hex digits");
        let suffix = pattern::is_domain(&self.dns_suffix);
        mistakes.check(suffix, "dnsSuffix", "is not a domain name in lower case");
        for (name, value) in &self.quotas {
            let path = format!("quotas.{name}");
            let known = limits::QUOTAS.iter().any(|quota| quota.name == name);
            mistakes.check(known, &path, "is not a quota; see the list of quotas");
            mistakes.range(path, *value, 1, limits::QUOTA_VALUE_MAX);
        }
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("partitionId", &before.partition_id, &self.partition_id);
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        let Some(before) = before else {
            return Ok(());
        };
        for region in before.regions.iter().filter(|r| !self.regions.contains(r)) {
            if let Some((kind, id)) = case.state.inhabitants(region).next() {
                let message = format!("region {region} holds {} {id}", kind.resource_type());
                return Err(Refusal::conflict(kind, id, message));
            }
        }
        Ok(())
    }

    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        let message = "the settings of the cluster cannot be deleted";
        Err(Refusal::conflict(Self::KIND, &self.meta().id, message))
    }
}
