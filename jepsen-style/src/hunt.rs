//! The hunt: whether every bug that is built in on purpose is caught by the checker that is there for it.
//!
//! For each bug its scene is played, up to so many times and each time with another seed, on nodes that
//! have the bug, until a checker that is named for it says that its property is broken. Played on nodes
//! without a bug, every property of every scene must hold.
//!
//! | file | holds |
//! |---|---|
//! | [`quarry`] | the bugs: the scene of each, and the checkers that must catch it |
//! | [`scene`] | what happens in each scene |
//! | [`stage`] | a cluster and load on it, for a scene |
//! | [`table`] | what the hunt came to |

mod quarry;
mod scene;
mod stage;
mod table;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use tokio::runtime::Runtime;

use crate::check::Verdict;
use crate::cluster::node_build;
use quarry::{QUARRIES, Quarry};
use scene::{Play, Scene, Verdicts};
use table::{Catch, Table};

/// Longest time that one scene may take: three times what the longest does.
const SCENE_DEADLINE: Duration = Duration::from_secs(240);

/// Arguments of `hunt`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The bugs to hunt, such as `B4`; all by default.
    #[arg(long)]
    bug: Vec<String>,
    /// Plays the scenes without a bug instead: everything must hold.
    #[arg(long)]
    clean: bool,
    /// How often a scene is played at most; with `--clean`, how often it is.
    #[arg(long, default_value_t = 10)]
    runs: u64,
    /// Seed of the first run; the others follow.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The build of `trellis-node`, with the feature `seeded-bugs`; by default `TRELLIS_NODE`, else the one
    /// beside this program.
    #[arg(long)]
    node: Option<PathBuf>,
    /// Directory of histories, logs and data of the runs that went otherwise than they should; a new one
    /// under the temporary directory by default.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Hunts, and prints what was caught. Fails where a bug escaped or, with `--clean`, a property does not
/// hold.
///
/// # Errors
/// Where a bug is not known, there is no build to run, or a directory cannot be made.
pub fn main(args: &Args) -> anyhow::Result<ExitCode> {
    let directory = args.out.clone().unwrap_or_else(|| {
        let name = format!("trellis-hunt-{}", std::process::id());
        std::env::temp_dir().join(name)
    });
    std::fs::create_dir_all(&directory).with_context(|| format!("{}", directory.display()))?;
    let hunter = Hunter {
        runtime: Runtime::new()?,
        node: args.node.clone().map_or_else(node_build, Ok)?,
        directory,
        seeds: args.seed..args.seed.saturating_add(args.runs),
    };
    let quarries = chosen(&args.bug)?;
    let table = if args.clean {
        hunter.clean(&quarries)?
    } else {
        hunter.hunt(&quarries)?
    };
    write!(io::stdout().lock(), "{table}")?;
    Ok(if table.is_as_it_should_be() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn chosen(names: &[String]) -> anyhow::Result<Vec<&'static Quarry>> {
    if names.is_empty() {
        return Ok(QUARRIES.iter().collect());
    }
    let known = |name: &String| {
        let found = QUARRIES.iter().find(|quarry| quarry.bug == name);
        found.with_context(|| format!("there is no bug {name}: B1 to B16"))
    };
    names.iter().map(known).collect()
}

/// Plays scenes.
struct Hunter {
    runtime: Runtime,
    node: PathBuf,
    directory: PathBuf,
    seeds: std::ops::Range<u64>,
}

impl Hunter {
    /// Plays the scene of each bug until it is caught.
    fn hunt(&self, quarries: &[&Quarry]) -> anyhow::Result<Table> {
        let mut table = Table::default();
        for quarry in quarries {
            let mut caught = None;
            for (run, seed) in (1..).zip(self.seeds.clone()) {
                let (verdicts, dir) = self.play(quarry.scene, Some(quarry.bug), seed)?;
                say(&format!("{} run {run}: {}", quarry.bug, text(&verdicts)));
                caught = quarry.catch(&verdicts).map(|(checker, finding)| Catch {
                    run,
                    checker,
                    finding,
                });
                if caught.is_some() {
                    forget(&dir);
                    break;
                }
            }
            table.note_hunt(quarry, caught);
        }
        Ok(table)
    }

    /// Plays the scenes of these bugs, each once for a seed, without them.
    fn clean(&self, quarries: &[&Quarry]) -> anyhow::Result<Table> {
        let scenes: BTreeSet<Scene> = quarries.iter().map(|quarry| quarry.scene).collect();
        let mut table = Table::default();
        for scene in scenes {
            for seed in self.seeds.clone() {
                let (verdicts, dir) = self.play(scene, None, seed)?;
                say(&format!("{scene:?} seed {seed}: {}", text(&verdicts)));
                if verdicts.iter().all(|(_, verdict)| verdict.holds()) {
                    forget(&dir);
                }
                table.note_clean(scene, seed, &verdicts);
            }
        }
        Ok(table)
    }

    /// Plays a scene once, in a directory of its own. One that goes wrong otherwise says so as a verdict.
    fn play(
        &self,
        scene: Scene,
        bug: Option<&'static str>,
        seed: u64,
    ) -> anyhow::Result<(Verdicts, PathBuf)> {
        let name = format!("{scene:?}-{}-{seed}", bug.unwrap_or("clean"));
        let dir = self.directory.join(name);
        // Nodes would go on with what an earlier hunt has left.
        forget(&dir);
        std::fs::create_dir_all(&dir)?;
        let play = Play {
            bug,
            seed,
            node: self.node.clone(),
            dir: dir.clone(),
        };
        let playing = async { tokio::time::timeout(SCENE_DEADLINE, scene.play(&play)).await };
        let reason = match self.runtime.block_on(playing) {
            Ok(Ok(verdicts)) => return Ok((verdicts, dir)),
            Ok(Err(error)) => format!("{error:#}"),
            Err(_) => format!("not over after {SCENE_DEADLINE:?}"),
        };
        Ok((vec![("scene", Verdict::Unknown { reason })], dir))
    }
}

/// The verdicts on one line.
fn text(verdicts: &Verdicts) -> String {
    let parts = verdicts.iter().map(|(name, verdict)| {
        let verdict = match verdict {
            Verdict::Holds { evidence } => format!("holds ({evidence})"),
            Verdict::Broken { .. } => format!("broken ({})", table::first_line(verdict)),
            Verdict::Unknown { reason } => format!("unknown ({reason})"),
        };
        format!("{name} {verdict}")
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// Tells whoever watches: a hunt is long.
fn say(what: &str) {
    let _ = writeln!(io::stderr(), "{what}");
}

/// Removes what a run left; where that fails it stays, and nothing is lost.
fn forget(dir: &Path) {
    drop(std::fs::remove_dir_all(dir));
}
