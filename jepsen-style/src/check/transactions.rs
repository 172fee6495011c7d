//! Transactions over append-only lists behave as if each took effect alone, in an order that agrees
//! with time: strict serializability.
//!
//! Elements are unique, so a list tells the order of those who appended to it, and what is read of
//! it tells who came before the reader and who after. A cycle of such dependencies is an anomaly,
//! named by its edges as Adya does.
//!
//! Source: K. Kingsbury, P. Alvaro, "Elle: inferring isolation anomalies from experimental
//! observations" (2020), sections 4 to 6; A. Adya, "Weak consistency" (1999).

mod cycles;
mod graph;

use std::collections::{BTreeMap, HashMap};

use super::Verdict;
use super::window::{Shown, Window, seconds};
use graph::Graph;

/// A step of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It appended an element, unique in the list.
    Append {
        /// To this list.
        list: String,
        /// The element.
        element: u64,
    },
    /// It read a list. Left out where the transaction was not answered.
    Read {
        /// This one.
        list: String,
        /// What was in it, in order.
        elements: Vec<u64>,
    },
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It took effect.
    Committed,
    /// It was refused: it has had no effect and never will.
    Aborted,
    /// Nobody knows.
    Unknown,
}

/// A transaction. Its reads show the lists as they were before its own appends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Client that made it.
    pub client: u32,
    /// Position of the node that was asked.
    pub node: usize,
    /// When it was sent, microseconds since the run began.
    pub invoked_us: u64,
    /// When it ended, microseconds since the run began.
    pub ended_us: u64,
    /// How it ended.
    pub end: End,
    /// What it did.
    pub steps: Vec<Step>,
}

impl Transaction {
    fn appends(&self) -> impl DoubleEndedIterator<Item = (&str, u64)> {
        self.steps.iter().filter_map(|step| match step {
            Step::Append { list, element } => Some((list.as_str(), *element)),
            Step::Read { .. } => None,
        })
    }

    fn reads(&self) -> impl Iterator<Item = (&str, &[u64])> {
        self.steps.iter().filter_map(|step| match step {
            Step::Read { list, elements } => Some((list.as_str(), elements.as_slice())),
            Step::Append { .. } => None,
        })
    }

    fn label(&self) -> String {
        let steps = self.steps.iter().map(|step| match step {
            Step::Append { list, element } => format!("append {list} {element}"),
            Step::Read { list, elements } => format!("read {list} {}", tail(elements)),
        });
        steps.collect::<Vec<_>>().join(", ")
    }

    fn text(&self) -> String {
        format!(
            "[client {} node {}, {:.6} s to {:.6} s: {}]",
            self.client,
            self.node,
            seconds(self.invoked_us),
            seconds(self.ended_us),
            self.label()
        )
    }
}

/// The end of a list, which is what tells.
fn tail(elements: &[u64]) -> String {
    const SHOWN: usize = 6;
    let from = elements.len().saturating_sub(SHOWN);
    let dots = if from > 0 { "… " } else { "" };
    let shown: Vec<_> = elements[from..].iter().map(u64::to_string).collect();
    format!("[{dots}{}]", shown.join(" "))
}

/// Findings shown of one kind.
const FINDINGS_MAX: usize = 10;

/// Judges transactions over lists that all begin empty; cycles are shown.
#[must_use]
pub fn check(history: &[Transaction]) -> (Verdict, Vec<Window>) {
    let evidence = Evidence::of(history);
    let appends = evidence.writers.len();
    let reads = history.iter().flat_map(Transaction::reads).count();
    if appends == 0 || reads == 0 {
        let reason = format!("needs both: {appends} appends, {reads} reads");
        return (Verdict::Unknown { reason }, Vec::new());
    }
    let mut findings = evidence.impossible_reads();
    findings.extend(evidence.aborted_reads());
    findings.extend(evidence.intermediate_reads());
    findings.extend(evidence.lost_appends());
    let mut windows = Vec::new();
    let graph = Graph::infer(&evidence);
    for cycle in cycles::anomalies(&graph) {
        let mut finding = format!("{}:", cycle.anomaly);
        for (from, edge) in &cycle.edges {
            finding += &format!("\n  {} {}", history[*from].text(), edge.says());
        }
        finding += "\n  the first of these";
        findings.push(finding);
        windows.push(show(history, &cycle));
    }
    let evidence = format!(
        "{} transactions, {appends} appends, {reads} reads",
        history.len()
    );
    (Verdict::of(findings, evidence), windows)
}

fn show(history: &[Transaction], cycle: &cycles::Cycle) -> Window {
    let calls = cycle.edges.iter().map(|(from, edge)| {
        let transaction = &history[*from];
        Shown {
            client: transaction.client,
            node: transaction.node,
            from_us: transaction.invoked_us,
            to_us: (transaction.end != End::Unknown).then_some(transaction.ended_us),
            label: format!("{} — {} the next", transaction.label(), edge.says()),
            is_odd: false,
        }
    });
    Window::around(cycle.anomaly, calls.collect())
}

/// What the history tells about each list.
struct Evidence<'h> {
    history: &'h [Transaction],
    /// Who appended each element.
    writers: HashMap<(&'h str, u64), usize>,
    /// The longest that was read of each list.
    orders: BTreeMap<&'h str, &'h [u64]>,
}

impl<'h> Evidence<'h> {
    fn of(history: &'h [Transaction]) -> Self {
        let mut writers = HashMap::new();
        let mut orders: BTreeMap<&str, &[u64]> = BTreeMap::new();
        for (at, transaction) in history.iter().enumerate() {
            writers.extend(transaction.appends().map(|append| (append, at)));
            for (list, elements) in transaction.reads() {
                let longest = orders.entry(list).or_default();
                if elements.len() > longest.len() {
                    *longest = elements;
                }
            }
        }
        Self {
            history,
            writers,
            orders,
        }
    }

    fn all_reads(&self) -> impl Iterator<Item = (usize, &'h str, &'h [u64])> + use<'_, 'h> {
        let history = self.history.iter().enumerate();
        history.flat_map(|(at, transaction)| {
            let reads = transaction.reads();
            reads.map(move |(list, elements)| (at, list, elements))
        })
    }

    /// Reads that no order of appends gives: not a beginning of the longest, an element twice, an
    /// element that nobody appended.
    fn impossible_reads(&self) -> Vec<String> {
        let mut findings = Vec::new();
        for (list, longest) in &self.orders {
            let mut sorted = longest.to_vec();
            sorted.sort_unstable();
            if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
                findings.push(format!(
                    "duplicate: {} in {list} {}",
                    pair[0],
                    tail(longest)
                ));
            }
            let strange = |element: &&u64| !self.writers.contains_key(&(*list, **element));
            if let Some(element) = longest.iter().find(strange) {
                findings.push(format!("nobody appended {element}, which is in {list}"));
            }
        }
        for (at, list, elements) in self.all_reads() {
            let longest = self.orders.get(list).copied().unwrap_or_default();
            if !longest.starts_with(elements) {
                findings.push(format!(
                    "incompatible orders: {} is no beginning of {list} {}",
                    self.history[at].text(),
                    tail(longest)
                ));
            }
        }
        findings.truncate(FINDINGS_MAX);
        findings
    }

    /// G1a: a read of what was refused. All reads are beginnings of the longest, or found by
    /// [`Self::impossible_reads`].
    fn aborted_reads(&self) -> Vec<String> {
        let mut refused: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (list, order) in &self.orders {
            let first = order.iter().enumerate().find_map(|(place, element)| {
                let writer = *self.writers.get(&(*list, *element))?;
                (self.history[writer].end == End::Aborted).then_some((place, writer))
            });
            refused.extend(first.map(|first| (*list, first)));
        }
        let reads = self.all_reads().filter_map(|(at, list, elements)| {
            let (place, writer) = *refused.get(list)?;
            let (reader, writer) = (&self.history[at], &self.history[writer]);
            let (reader, writer) = (reader.text(), writer.text());
            (elements.len() > place).then(|| format!("G1a: {reader} saw the refused {writer}"))
        });
        reads.take(FINDINGS_MAX).collect()
    }

    /// G1b: a read of the first part of what another transaction appended to the list.
    fn intermediate_reads(&self) -> Vec<String> {
        let reads = self.all_reads().filter_map(|(at, list, elements)| {
            let last = *elements.last()?;
            let writer = *self.writers.get(&(list, last))?;
            let mut appends = self.history[writer].appends().rev();
            let (_, final_element) = appends.find(|(of, _)| *of == list)?;
            if writer == at || final_element == last {
                return None;
            }
            let (reader, writer) = (&self.history[at], &self.history[writer]);
            Some(format!(
                "G1b: {} saw a part of {}",
                reader.text(),
                writer.text()
            ))
        });
        reads.take(FINDINGS_MAX).collect()
    }

    /// Appends that were acknowledged and are not in the last read of their list.
    fn lost_appends(&self) -> Vec<String> {
        let mut last: BTreeMap<&str, (u64, usize, &[u64])> = BTreeMap::new();
        for (at, list, elements) in self.all_reads() {
            let start = self.history[at].invoked_us;
            let newest = last.entry(list).or_insert((start, at, elements));
            if start > newest.0 {
                *newest = (start, at, elements);
            }
        }
        let committed = self.history.iter().filter(|one| one.end == End::Committed);
        let appends = committed.flat_map(|one| one.appends().map(move |append| (one, append)));
        let lost = appends.filter_map(|(one, (list, element))| {
            let (start, reader, elements) = *last.get(list)?;
            if start <= one.ended_us || elements.contains(&element) {
                return None;
            }
            let reader = self.history[reader].text();
            let writer = one.text();
            Some(format!(
                "lost append: {element} of {writer} is not in {reader}"
            ))
        });
        lost.take(FINDINGS_MAX).collect()
    }
}

#[cfg(test)]
mod tests;
