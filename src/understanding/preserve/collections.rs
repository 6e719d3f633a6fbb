//! Texts, lists, pairs and tables of what can be preserved.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash};
use std::io::{Result, Write};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::{Preserve, Source, invalid};

impl<T: Preserve> Preserve for Vec<T> {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        self.len().write(to)?;
        T::write_list(self, to)
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        T::read_list(usize::read(from)?, from)
    }
}

impl Preserve for String {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        self.len().write(to)?;
        to.write_all(self.as_bytes())
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        String::from_utf8(Vec::read(from)?).map_err(|_| invalid())
    }
}

impl<A: Preserve, B: Preserve> Preserve for (A, B) {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        self.0.write(to)?;
        self.1.write(to)
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        Ok((A::read(from)?, B::read(from)?))
    }
}

impl<T: Preserve, const N: usize> Preserve for [T; N] {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        T::write_list(self, to)
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        T::read_list(N, from)?.try_into().map_err(|_| invalid())
    }
}

/// Nothing is written of what is made from the rest when somebody first looks.
impl<T> Preserve for OnceLock<T> {
    fn write(&self, _: &mut dyn Write) -> Result<()> {
        Ok(())
    }
    fn read(_: &mut Source<'_>) -> Result<Self> {
        Ok(OnceLock::new())
    }
}

impl<T: Preserve> Preserve for Range<T> {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        self.start.write(to)?;
        self.end.write(to)
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        Ok(T::read(from)?..T::read(from)?)
    }
}

impl<T: Preserve> Preserve for Arc<T> {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        T::write(self, to)
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        T::read(from).map(Arc::new)
    }
}

impl<K: Preserve + Eq + Hash, V: Preserve, S: BuildHasher + Default> Preserve for HashMap<K, V, S> {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        self.len().write(to)?;
        self.iter().try_for_each(|(key, value)| {
            key.write(to)?;
            value.write(to)
        })
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        let entries = <Vec<(K, V)>>::read(from)?;
        Ok(entries.into_iter().collect())
    }
}

impl<K: Preserve + Eq + Hash, S: BuildHasher + Default> Preserve for HashSet<K, S> {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        self.len().write(to)?;
        self.iter().try_for_each(|key| key.write(to))
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        let keys = <Vec<K>>::read(from)?;
        Ok(keys.into_iter().collect())
    }
}
