//! Room for what is needed while files load and given back afterwards.

/// A list so large is never part of an allocator's own stock: what it took is given back to the system the moment it is
/// dropped. glibc keeps smaller ones once it has seen some of them freed, and a server would hold what its training
/// needed for as long as it runs. Room that is not used costs nothing.
const OWN_PAGES: usize = 33 << 20;

/// An empty list for at least `length` things, which lives while files load.
pub fn passing<T>(length: usize) -> Vec<T> {
    Vec::with_capacity(length.max(OWN_PAGES / size_of::<T>()))
}

/// The same, filled.
pub fn passing_of<T: Clone>(thing: T, length: usize) -> Vec<T> {
    let mut list = passing(length);
    list.resize(length, thing);
    list
}
