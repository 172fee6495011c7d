//! Whether the node should be sent traffic: named checks.

use std::fmt;

/// A check: `Err` says why the node is not ready.
type Check = Box<dyn Fn() -> Result<(), String> + Send + Sync>;

/// The checks that must all hold.
#[derive(Default)]
pub struct Readiness {
    checks: Vec<(&'static str, Check)>,
}

impl Readiness {
    /// Adds a check.
    #[must_use]
    pub fn check(
        mut self,
        name: &'static str,
        check: impl Fn() -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.checks.push((name, Box::new(check)));
        self
    }

    /// Runs every check: whether all hold, and a line for each, as Kubernetes writes them.
    #[must_use]
    pub fn report(&self) -> (bool, String) {
        let mut is_ready = true;
        let mut lines = String::new();
        for (name, check) in &self.checks {
            let line = match check() {
                Ok(()) => format!("[+]{name} ok\n"),
                Err(reason) => {
                    is_ready = false;
                    format!("[-]{name} failed: {reason}\n")
                }
            };
            lines.push_str(&line);
        }
        (is_ready, lines)
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.checks.iter().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}
