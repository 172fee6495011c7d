//! Which resources have which tags; which keys and values there are.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde_json::{Value, json};
use trellis_core::model::arn::Arn;

use super::{Call, fault, invalid};
use crate::failure::Fault;
use crate::registry::{Registry, Tagged};

/// Resources of a page, and where none is named. Source: API reference, `GetResources`.
const RESOURCES_PER_PAGE: RangeInclusive<i64> = 1..=100;
/// Tags of a page. Source: API model, `TagsPerPage`.
const TAGS_PER_PAGE: RangeInclusive<i64> = 100..=500;
/// Most types of a filter. Source: API model, `ResourceTypeFilters`.
const TYPES_MAX: usize = 100;
/// What cannot be given together with ARNs. Source: API model, `ResourceARNList`.
const NOT_WITH_ARNS: [&str; 5] = [
    "ResourceTypeFilters",
    "TagFilters",
    "ResourcesPerPage",
    "TagsPerPage",
    "PaginationToken",
];
/// Tag policies are none of the registry's.
const UNSUPPORTED: [&str; 2] = ["IncludeComplianceDetails", "ExcludeCompliantResources"];

impl<R: Registry> Call<'_, R> {
    /// Reads a page of resources.
    pub(super) async fn resources(&self) -> Result<Value, Fault> {
        let is_true = |field: &&&str| self.input.get(**field) == Some(&Value::Bool(true));
        if let Some(field) = UNSUPPORTED.iter().find(is_true) {
            return Err(invalid(format!("{field} is not supported; leave it out")));
        }
        let wanted = self.wanted()?;
        let most = (
            self.per_page("ResourcesPerPage", RESOURCES_PER_PAGE)?,
            self.per_page("TagsPerPage", TAGS_PER_PAGE)?,
        );
        // A token is good for the filters that it was given for.
        let filters = ["TagFilters", "ResourceTypeFilters"].map(|field| self.input.get(field));
        let list = json!(["GetResources", filters]).to_string();
        let after = self.start(&list)?;
        let found = self.tagged("tag:GetResources").await?;
        let found = found
            .into_iter()
            .filter(|it| it.arn > after && wanted.fits(it));
        let (page, has_more) = cut(found, most);
        let last = page.last().filter(|_| has_more);
        let token = self.token(&list, last.map(|last| last.arn.as_str()))?;
        let page: Vec<_> = page.iter().map(told).collect();
        Ok(json!({ "ResourceTagMappingList": page, "PaginationToken": token }))
    }

    /// Reads a page of the keys that there are.
    pub(super) async fn keys(&self) -> Result<Value, Fault> {
        let found = self.tagged("tag:GetTagKeys").await?;
        let keys: BTreeSet<String> = found
            .into_iter()
            .flat_map(|it| it.tags.into_keys())
            .collect();
        let (page, token) = self.page("GetTagKeys", keys)?;
        Ok(json!({ "TagKeys": page, "PaginationToken": token }))
    }

    /// Reads a page of the values that a key has.
    pub(super) async fn values(&self) -> Result<Value, Fault> {
        let key = self.input.get("Key").and_then(Value::as_str);
        let key = key.unwrap_or_default();
        let found = self.tagged("tag:GetTagValues").await?;
        let values = found.into_iter().filter_map(|mut it| it.tags.remove(key));
        let values: BTreeSet<String> = values.collect();
        let list = json!(["GetTagValues", key]).to_string();
        let (page, token) = self.page(&list, values)?;
        Ok(json!({ "TagValues": page, "PaginationToken": token }))
    }

    async fn tagged(&self, action: &str) -> Result<Vec<Tagged>, Fault> {
        let found = self.registry.tagged(self.caller, action).await;
        found.map_err(|failure| fault(&failure))
    }

    fn per_page(&self, field: &str, range: RangeInclusive<i64>) -> Result<Option<usize>, Fault> {
        match self.input.get(field).and_then(Value::as_i64) {
            None => Ok(None),
            Some(number) if range.contains(&number) => Ok(usize::try_from(number).ok()),
            Some(_) => {
                let (least, most) = range.into_inner();
                Err(invalid(format!("{field} must be {least} to {most}")))
            }
        }
    }

    /// Which resources are asked for.
    fn wanted(&self) -> Result<Wanted, Fault> {
        let arns = self.input.contains_key("ResourceARNList");
        let given = |field: &&&str| self.input.get(**field).is_some_and(|value| value != "");
        if let Some(field) = NOT_WITH_ARNS.iter().find(given)
            && arns
        {
            let message = format!("ResourceARNList and {field} cannot be given together");
            return Err(invalid(message));
        }
        let types = self.texts("ResourceTypeFilters");
        if types.len() > TYPES_MAX {
            let message = format!("ResourceTypeFilters must have at most {TYPES_MAX} entries");
            return Err(invalid(message));
        }
        let filters = self.input.get("TagFilters").and_then(Value::as_array);
        let filters = filters.into_iter().flatten().map(|filter| {
            let key = filter["Key"].as_str().map(str::to_owned);
            let key = key.ok_or_else(|| invalid("TagFilters: a filter needs a Key"))?;
            let values = filter["Values"].as_array().into_iter().flatten();
            let values = values.filter_map(Value::as_str).map(str::to_owned);
            Ok((key, values.collect()))
        });
        Ok(Wanted {
            arns: arns.then(|| self.texts("ResourceARNList")),
            types,
            tags: filters.collect::<Result<_, _>>()?,
        })
    }
}

/// Which resources are asked for.
struct Wanted {
    /// ARNs; `None` for all.
    arns: Option<Vec<String>>,
    /// Types, such as `vpc-lattice` or `vpc-lattice:service`; none for all.
    types: Vec<String>,
    /// Keys that each must have, with one of these values; none for any.
    tags: Vec<(String, Vec<String>)>,
}

impl Wanted {
    fn fits(&self, resource: &Tagged) -> bool {
        let mut types = self.types.iter();
        let mut tags = self.tags.iter();
        self.arns
            .as_ref()
            .is_none_or(|arns| arns.contains(&resource.arn))
            && (self.types.is_empty() || types.any(|wanted| is_of_type(&resource.arn, wanted)))
            && tags.all(|(key, values)| match resource.tags.get(key) {
                Some(value) => values.is_empty() || values.contains(value),
                None => false,
            })
    }
}

/// Whether an ARN is of a type. That of a listener or a rule is its own, not that of the service that begins its ARN.
fn is_of_type(arn: &str, wanted: &str) -> bool {
    let Some(arn) = Arn::parse(arn) else {
        return false;
    };
    match wanted.split_once(':') {
        None => arn.service == wanted,
        Some((service, word)) => {
            arn.service == service && arn.resource.rsplit('/').nth(1) == Some(word)
        }
    }
}

/// The resources that fit on a page, and whether there are more. Resources are not split.
fn cut(
    found: impl Iterator<Item = Tagged>,
    (resources, tags): (Option<usize>, Option<usize>),
) -> (Vec<Tagged>, bool) {
    let default = usize::try_from(*RESOURCES_PER_PAGE.end()).unwrap_or(usize::MAX);
    let resources = match (resources, tags) {
        (None, Some(_)) => usize::MAX,
        (resources, _) => resources.unwrap_or(default),
    };
    let tags = tags.unwrap_or(usize::MAX);
    let (mut page, mut count) = (Vec::new(), 0);
    for resource in found {
        count += resource.tags.len();
        if page.len() == resources || count > tags {
            return (page, true);
        }
        page.push(resource);
    }
    (page, false)
}

fn told(resource: &Tagged) -> Value {
    let tags = resource.tags.iter();
    let tags: Vec<_> = tags
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect();
    json!({ "ResourceARN": resource.arn, "Tags": tags })
}
