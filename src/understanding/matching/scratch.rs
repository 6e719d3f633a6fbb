//! Memory for what is needed while files load and given back afterwards.

/// A list so large is never part of an allocator's own stock: what it took is given back to the system the moment it is
/// dropped. glibc keeps smaller ones once it has seen some of them freed, and a server would hold what its training
/// needed for as long as it runs. Room that is not used costs nothing.
const OWN_PAGES: usize = 33 << 20;

/// An empty list for at least `length` things, so large that the allocator maps pages of its own for it.
pub fn mmapped_vec<T>(length: usize) -> Vec<T> {
    Vec::with_capacity(length.max(OWN_PAGES / size_of::<T>()))
}

/// The same, filled.
pub fn mmapped_filled<T: Clone>(thing: T, length: usize) -> Vec<T> {
    let mut list = mmapped_vec(length);
    list.resize(length, thing);
    list
}
