//! Quantiles.

/// The value that this share of all values does not exceed, by nearest rank; `None` of no values.
/// Sorts them.
#[must_use]
pub fn quantile(values: &mut [u64], per_thousand: usize) -> Option<u64> {
    values.sort_unstable();
    of_sorted(values, per_thousand)
}

/// The same, of values in order.
pub(super) fn of_sorted(values: &[u64], per_thousand: usize) -> Option<u64> {
    let rank = (values.len() * per_thousand).div_ceil(1_000).max(1);
    values.get(rank - 1).or(values.last()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let mut values: Vec<u64> = (1..=100).rev().collect();
        assert_eq!(quantile(&mut values, 500), Some(50));
        assert_eq!(quantile(&mut values, 990), Some(99));
        assert_eq!(quantile(&mut values, 1_000), Some(100));
        assert_eq!(quantile(&mut [7], 10), Some(7));
        assert_eq!(quantile(&mut [], 500), None);
    }
}
