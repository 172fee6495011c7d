//! Skeleton.
/// Keys.
#[derive(Debug, Default)]
pub struct Keyring;
impl Keyring {
    /// Opens.
    ///
    /// # Errors
    /// Always.
    pub fn open(&self, _aad: &[u8], _sealed: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>, String> {
        Err(String::new())
    }
}
