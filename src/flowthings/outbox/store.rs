//! The drops of an outbox on the disk.

use redb::{Database, ReadableTable, StorageBackend, TableDefinition};

use super::waiting::{Record, Waiting};

/// What waits, as JSON, by place.
const DROPS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("drops");

/// Why the disk did not do what was asked. The first of what these say is of redb or of the system, and no secret is in it.
pub(super) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A file that is whole whenever the program ends.
pub(super) struct Store {
    database: Database,
    bytes: u64,
    count: u64,
    /// The place of the next drop.
    next: u64,
}

impl Store {
    pub(super) fn open(backend: impl StorageBackend) -> Result<Self, Failure> {
        // The form that later versions of redb read.
        let database = Database::builder()
            .create_with_file_format_v3(true)
            .create_with_backend(backend)?;
        let writing = database.begin_write()?;
        let (mut bytes, mut count, mut next) = (0, 0, 0);
        for item in writing.open_table(DROPS)?.iter()? {
            let (place, text) = item?;
            bytes += text.value().len() as u64;
            count += 1;
            next = place.value() + 1;
        }
        writing.commit()?;
        Ok(Self {
            database,
            bytes,
            count,
            next,
        })
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Of all texts together.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Puts a drop behind the others; it is on the disk when this returns.
    pub(super) fn push(&mut self, text: &[u8]) -> Result<(), Failure> {
        let writing = self.database.begin_write()?;
        writing.open_table(DROPS)?.insert(self.next, text)?;
        writing.commit()?;
        self.next += 1;
        self.count += 1;
        self.bytes += text.len() as u64;
        Ok(())
    }

    pub(super) fn first(&self) -> Result<Option<Waiting>, Failure> {
        let reading = self.database.begin_read()?;
        let drops = reading.open_table(DROPS)?;
        let Some((place, text)) = drops.first()? else {
            return Ok(None);
        };
        let record: Record = serde_json::from_slice(text.value())?;
        Ok(Some(record.at(place.value())))
    }

    /// Whether the drop was there.
    pub(super) fn remove(&mut self, place: u64) -> Result<bool, Failure> {
        let writing = self.database.begin_write()?;
        let removed = {
            let mut drops = writing.open_table(DROPS)?;
            let removed = drops.remove(place)?;
            removed.map(|text| text.value().len() as u64)
        };
        writing.commit()?;
        if let Some(bytes) = removed {
            self.count -= 1;
            self.bytes -= bytes;
        }
        Ok(removed.is_some())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use serde_json::json;

    use super::*;

    /// A disk that stops at some write, as when the program is killed there or the power goes.
    #[derive(Clone, Debug, Default)]
    struct Disk(Arc<Mutex<State>>);

    #[derive(Debug, Default)]
    struct State {
        /// As the system has it.
        now: Vec<u8>,
        /// As it has been told to be kept.
        kept: Vec<u8>,
        writes: usize,
        stops_at: Option<usize>,
    }

    impl Disk {
        fn of(bytes: Vec<u8>) -> Self {
            let state = State {
                kept: bytes.clone(),
                now: bytes,
                ..State::default()
            };
            Self(Arc::new(Mutex::new(state)))
        }

        fn write_to(&self, work: impl FnOnce(&mut State)) -> io::Result<()> {
            let mut state = self.0.lock().unwrap();
            if state.stops_at.is_some_and(|stop| state.writes >= stop) {
                return Err(io::Error::other("the disk has stopped"));
            }
            state.writes += 1;
            work(&mut state);
            Ok(())
        }
    }

    impl StorageBackend for Disk {
        fn len(&self) -> io::Result<u64> {
            Ok(self.0.lock().unwrap().now.len() as u64)
        }

        fn read(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
            let state = self.0.lock().unwrap();
            let offset = usize::try_from(offset).unwrap();
            Ok(state.now[offset..offset + len].to_vec())
        }

        fn set_len(&self, len: u64) -> io::Result<()> {
            self.write_to(|state| state.now.resize(usize::try_from(len).unwrap(), 0))
        }

        fn sync_data(&self, _eventual: bool) -> io::Result<()> {
            self.write_to(|state| state.kept = state.now.clone())
        }

        fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
            self.write_to(|state| {
                let offset = usize::try_from(offset).unwrap();
                state.now[offset..offset + data.len()].copy_from_slice(data);
            })
        }
    }

    fn text(name: usize) -> Vec<u8> {
        // Some need more than a page.
        let filling = "x".repeat(name * name * 300);
        let record =
            json!({"flow": {"id": "f1"}, "drop": {"elems": {"name": name, "filling": filling}}});
        record.to_string().into_bytes()
    }

    /// The names of the drops that wait, which are taken out.
    fn names(store: &mut Store) -> Vec<usize> {
        let mut names = Vec::new();
        while let Some(waiting) = store.first().unwrap() {
            let name = waiting.drop.elems["name"].to_value().unwrap();
            names.push(usize::try_from(name.as_u64().unwrap()).unwrap());
            assert!(store.remove(waiting.place).unwrap());
        }
        assert_eq!((store.count(), store.bytes()), (0, 0));
        names
    }

    /// Pushes and removes until the disk stops. Gives what has to wait then, and what may beside it if the last step took effect.
    fn work(disk: &Disk) -> (Vec<usize>, Vec<usize>) {
        let mut certain = Vec::new();
        let Ok(mut store) = Store::open(disk.clone()) else {
            return (Vec::new(), Vec::new());
        };
        for step in 0..10 {
            let mut next = certain.clone();
            let outcome = match step % 3 {
                2 => {
                    next.remove(0);
                    let first = store.first();
                    first.and_then(|first| store.remove(first.unwrap().place).map(|_| ()))
                }
                _ => {
                    next.push(step);
                    store.push(&text(step))
                }
            };
            if outcome.is_err() {
                return (certain, next);
            }
            certain = next;
        }
        (certain.clone(), certain)
    }

    #[test]
    fn what_was_there_when_the_disk_stopped_is_there_afterwards() {
        let new = Disk::default();
        drop(Store::open(new.clone()).unwrap());
        let new = new.0.lock().unwrap().kept.clone();
        let whole = Disk::of(new.clone());
        let (all, _) = work(&whole);
        let writes = whole.0.lock().unwrap().writes;
        assert!(all.len() == 4 && writes > 50, "{all:?} {writes}");
        for stop in 0..writes {
            let disk = Disk::of(new.clone());
            disk.0.lock().unwrap().stops_at = Some(stop);
            let (certain, possible) = work(&disk);
            let state = disk.0.lock().unwrap();
            // A program that is killed leaves what the system has; without power only what was to be kept is left.
            let mut images = vec![&state.now, &state.kept];
            images.dedup();
            for image in images {
                let mut store = Store::open(Disk::of(image.clone())).unwrap();
                let found = names(&mut store);
                assert!(
                    found == certain || found == possible,
                    "stopped at write {stop}: {found:?}, not {certain:?} or {possible:?}"
                );
            }
        }
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        for bytes in [vec![7; 100], b"drops,of,mine\n".repeat(9000)] {
            assert!(Store::open(Disk::of(bytes)).is_err());
        }
    }
}
