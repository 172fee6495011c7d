//! Panics in tasks of a simulated process: the runtime swallows them, a simulation must not.

use std::cell::RefCell;
use std::panic;
use std::sync::Once;

thread_local! {
    /// The first panic on this thread that was not taken.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

static WATCH: Once = Once::new();

/// Remembers panics from here on, and forgets what this thread remembered.
pub(super) fn watch() {
    WATCH.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            PANIC.with_borrow_mut(|first| {
                first.get_or_insert_with(|| panic.to_string());
            });
            before(panic);
        }));
    });
    take();
}

/// The first panic on this thread since this was last asked.
pub(super) fn take() -> Option<String> {
    PANIC.take()
}
