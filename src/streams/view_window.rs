//! Which items of a view are new.
//!
//! A server answers each poll of a view with its whole buffer: mostly what it said before, in any order, with new items anywhere and
//! old ones gone. An item has no id. It is known by its `collectionTime` and its content, and where several are equal in both, by how
//! many there are.

use std::{
    collections::HashMap,
    hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState},
};

use foldhash::{SharedSeed, quality::SeedableRandomState};

/// Remembers what a view's server held and says what is new in its next answer.
///
/// - New is each item that is one more of its `collectionTime` and content than were there before: also an item that is older than
///   others that were handed out, and one of the same millisecond as others.
/// - An answer without items changes nothing: a server that empties its buffer for a moment does not have it handed out again.
/// - Items that are gone are remembered for a while, since an answer may be an older one that comes again: at least as many as the
///   answers hold, or those of the last 60 answers where these are fewer. So an item that was handed out, left and comes back within
///   that time is not handed out again, nor is a new one that equals it to the millisecond: the two cannot be told apart. While some
///   equal items are still there, only these count: one more is new.
/// - After that time, what comes back is handed out again.
///
/// It takes some 40 bytes an item, for at most four times as many items as the answers of that time hold, whatever the size of their
/// contents.
///
/// Of a content only a hash of 64 bits is kept, with a key that nobody knows, and compared only within one millisecond. Among `n`
/// items of the same millisecond one is mistaken for another with a probability of `n²` in 2⁶⁵: once in a hundred years at 100,000
/// items in a single millisecond and a poll a second. The hash is a fast one and not a cryptographic one: the standard library's
/// takes a tenth of the time that decoding takes, this one a fiftieth.
pub(crate) struct ViewWindow {
    key: SeedableRandomState,
    /// How many of each the last answer that had items held.
    held: Counts,
    /// The least time among them, but for items that are more than a second older than all that was there before: some items are
    /// that late, and a clock that has gone back begins so.
    oldest: Option<i64>,
    /// The greatest time of all that is remembered: what is later is new, and need not be looked for.
    newest: i64,
    /// How many there were of what is gone, in two generations.
    recently_gone: Counts,
    long_gone: Counts,
    /// Answers since the generation began.
    age: u32,
}

type Counts = HashMap<Identity, u32, BuildHasherDefault<Hashed>>;

/// What is new in an answer.
#[derive(Debug)]
pub(crate) struct Arrivals<T> {
    /// The server's clock went back: every item of the answer is more than a second older than all that was there before, some are new,
    /// and none comes back that was gone. Nothing from before is remembered. While items from before are still there, and where the
    /// clock goes back by less than the answers reach, there are only late items.
    pub(crate) is_reset: bool,
    /// The greatest time of the answer's items, new ones or not.
    pub(crate) newest: i64,
    /// What was made of the new items, in the order of their time; of the same time, in the order of the answer.
    pub(crate) new: Vec<(i64, T)>,
}

/// An answer while it is compared with what the window remembers. The window learns of it at the [`end`](Self::end) only.
pub(crate) struct Comparison<'w> {
    window: &'w mut ViewWindow,
    held: Counts,
    /// What is later than all that the window remembers; it is counted at the end.
    later: Vec<Identity>,
    /// What is older is much older than all that was there before.
    behind: i64,
    /// The least time of those that are not; the greatest that there is where there are none.
    oldest: i64,
    /// The greatest time; that of what has none where there are none.
    newest: i64,
    is_empty: bool,
    brings_any: bool,
    knows_any: bool,
    /// Whether some of what is known was gone.
    knows_gone: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity {
    time: i64,
    /// The hash of content and time.
    content: u64,
}

impl Hash for Identity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.content);
    }
}

/// What has been hashed need not be hashed again.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The time of an item that tells none: before all else, and of no consequence for the server's clock.
pub(super) const TIMELESS: i64 = i64::MIN;

/// How long a generation of what is gone lasts, in answers.
const GENERATION: u32 = 60;

/// By how much an item alone may be late before the clock is taken to have gone back.
const LATENESS_MS: i64 = 1_000;

/// How many items a generation has room for at least.
const ROOM: usize = 1_024;

impl ViewWindow {
    /// Begins to compare an answer.
    pub(crate) fn compare(&mut self) -> Comparison<'_> {
        Comparison {
            // An answer is about as long as the one before.
            held: Counts::with_capacity_and_hasher(self.held.len(), BuildHasherDefault::default()),
            later: Vec::new(),
            behind: self
                .oldest
                .map_or(i64::MIN, |oldest| oldest.saturating_sub(LATENESS_MS)),
            oldest: i64::MAX,
            newest: TIMELESS,
            is_empty: true,
            brings_any: false,
            knows_any: false,
            knows_gone: false,
            window: self,
        }
    }

    /// How many of these have been handed out and may still be there, and whether they are gone.
    fn known(&self, identity: &Identity) -> (u32, bool) {
        if let Some(held) = self.held.get(identity) {
            return (*held, false);
        }
        let recently = self.recently_gone.get(identity);
        let gone = recently.or_else(|| self.long_gone.get(identity));
        gone.map_or((0, false), |gone| (*gone, true))
    }

    /// Keeps what was held and is not held now, which is all of it where nothing of now is known.
    fn remember_gone(&mut self, now: &Counts, knows_any: bool) {
        let mut gone = std::mem::take(&mut self.held);
        if knows_any {
            gone.retain(|identity, _| !now.contains_key(identity));
        }
        // Where most is gone, the map is taken as it is; where little is, it would have far more room than it needs.
        if self.recently_gone.is_empty() && gone.len() > now.len() / 2 {
            self.recently_gone = gone;
        } else {
            self.recently_gone.reserve(gone.len());
            self.recently_gone.extend(gone);
        }
        self.age += 1;
        if self.recently_gone.len() >= now.len().max(ROOM) || self.age >= GENERATION {
            self.long_gone = std::mem::take(&mut self.recently_gone);
            self.age = 0;
        }
    }
}

impl Default for ViewWindow {
    fn default() -> Self {
        // The standard library's key is random; foldhash's own is of what is at hand, such as the time.
        let seed = RandomState::new().hash_one(0);
        Self {
            key: SeedableRandomState::with_seed(seed, SharedSeed::global_random()),
            held: Counts::default(),
            oldest: None,
            newest: TIMELESS,
            recently_gone: Counts::default(),
            long_gone: Counts::default(),
            age: 0,
        }
    }
}

impl Comparison<'_> {
    /// Whether the next item of the answer is new: its `collectionTime` in ms and the text of its content. The text is to hold all
    /// that makes an item what it is, its channel among it, as the server wrote it.
    pub(crate) fn is_new(&mut self, time: i64, content: &str) -> bool {
        let content = self.window.key.hash_one((time, content));
        let identity = Identity { time, content };
        if time != TIMELESS {
            self.newest = self.newest.max(time);
            if time >= self.behind {
                self.oldest = self.oldest.min(time);
            }
        }
        self.is_empty = false;
        if time > self.window.newest {
            self.brings_any = true;
            self.later.push(identity);
            return true;
        }
        let count = self.held.entry(identity).or_insert(0);
        *count += 1;
        let (known, is_gone) = self.window.known(&identity);
        let is_new = *count > known;
        self.brings_any |= is_new;
        self.knows_any |= !is_new;
        self.knows_gone |= !is_new && is_gone;
        is_new
    }

    /// All of the answer has been compared: what was made of the new items comes into the order of their time.
    pub(crate) fn end<T>(mut self, mut new: Vec<(i64, T)>) -> Arrivals<T> {
        new.sort_by_key(|(time, _)| *time);
        for identity in self.later {
            *self.held.entry(identity).or_insert(0) += 1;
        }
        let newest = self.newest;
        let mut oldest = (self.oldest != i64::MAX).then_some(self.oldest);
        let mut is_reset = false;
        if !self.is_empty {
            let window = self.window;
            let is_back = newest != TIMELESS && newest < self.behind;
            // What was gone and comes again is an older answer.
            is_reset = is_back && self.brings_any && !self.knows_gone;
            if is_reset {
                window.recently_gone.clear();
                window.long_gone.clear();
                window.newest = TIMELESS;
                let times = self.held.keys().map(|identity| identity.time);
                oldest = times.filter(|time| *time != TIMELESS).min();
            } else {
                window.remember_gone(&self.held, self.knows_any);
            }
            window.held = self.held;
            window.newest = window.newest.max(newest);
            window.oldest = oldest.or(window.oldest);
        }
        Arrivals {
            is_reset,
            newest,
            new,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::{prelude::*, sample::Index};

    use super::*;

    /// Where in an answer the new items stand.
    #[derive(Debug, Default, PartialEq, Eq)]
    struct Arrivals {
        is_reset: bool,
        positions: Vec<usize>,
    }

    impl ViewWindow {
        fn arrivals<'a>(&mut self, items: impl IntoIterator<Item = (i64, &'a str)>) -> Arrivals {
            let (mut answer, mut new) = (self.compare(), Vec::new());
            for (position, (time, content)) in items.into_iter().enumerate() {
                if answer.is_new(time, content) {
                    new.push((time, position));
                }
            }
            let arrivals = answer.end(new);
            Arrivals {
                is_reset: arrivals.is_reset,
                positions: arrivals
                    .new
                    .into_iter()
                    .map(|(_, position)| position)
                    .collect(),
            }
        }
    }

    fn new(window: &mut ViewWindow, items: &[(i64, &'static str)]) -> Vec<&'static str> {
        let arrivals = window.arrivals(items.iter().copied());
        assert!(!arrivals.is_reset);
        let positions = arrivals.positions.into_iter();
        positions.map(|position| items[position].1).collect()
    }

    #[test]
    fn the_first_answer_is_new_and_the_same_again_is_not() {
        let mut window = ViewWindow::default();
        let items = [(1, "a"), (2, "b"), (2, "b")];
        assert_eq!(new(&mut window, &items), ["a", "b", "b"]);
        assert_eq!(new(&mut window, &items), [""; 0]);
        assert_eq!(
            new(&mut window, &[(1, "a"), (2, "b"), (2, "b"), (3, "a")]),
            ["a"]
        );
    }

    /// Python's client hands the item of 1000 out twice: `streamsx` 1.14.15.
    #[test]
    fn a_shuffled_answer_is_handed_out_in_order_of_time_and_once() {
        let mut window = ViewWindow::default();
        assert_eq!(
            new(&mut window, &[(1_000, "c"), (900, "a"), (950, "b")]),
            ["a", "b", "c"]
        );
        assert_eq!(
            new(
                &mut window,
                &[(950, "b"), (960, "x"), (1_000, "c"), (900, "a")]
            ),
            ["x"]
        );
    }

    #[test]
    fn items_of_one_time_keep_the_order_of_the_answer() {
        let mut window = ViewWindow::default();
        let items = [(2, "c"), (1, "b"), (2, "a"), (1, "d")];
        assert_eq!(new(&mut window, &items), ["b", "d", "c", "a"]);
    }

    #[test]
    fn a_late_item_is_handed_out_though_it_is_older_than_all() {
        let mut window = ViewWindow::default();
        assert_eq!(new(&mut window, &[(5, "a"), (6, "b")]), ["a", "b"]);
        assert_eq!(new(&mut window, &[(4, "l"), (5, "a"), (6, "b")]), ["l"]);
    }

    #[test]
    fn a_buffer_may_be_cut_inside_a_millisecond() {
        let mut window = ViewWindow::default();
        assert_eq!(new(&mut window, &[(5, "a"), (5, "b"), (5, "c")]).len(), 3);
        assert_eq!(new(&mut window, &[(5, "b"), (5, "c"), (6, "d")]), ["d"]);
        assert_eq!(new(&mut window, &[(5, "c"), (5, "e"), (6, "d")]), ["e"]);
    }

    #[test]
    fn equal_items_of_a_millisecond_are_counted() {
        let mut window = ViewWindow::default();
        assert_eq!(new(&mut window, &[(5, "a"), (5, "a")]).len(), 2);
        assert_eq!(new(&mut window, &[(5, "a"), (5, "a"), (5, "a")]).len(), 1);
        assert_eq!(new(&mut window, &[(5, "a")]).len(), 0);
        assert_eq!(new(&mut window, &[(5, "a"), (5, "a")]).len(), 1);
    }

    #[test]
    fn an_empty_answer_forgets_nothing() {
        let mut window = ViewWindow::default();
        assert_eq!(new(&mut window, &[]).len(), 0);
        assert_eq!(new(&mut window, &[(5, "a")]), ["a"]);
        assert_eq!(new(&mut window, &[]).len(), 0);
        assert_eq!(new(&mut window, &[(5, "a"), (6, "b")]), ["b"]);
    }

    #[test]
    fn an_older_answer_that_comes_again_brings_nothing_new() {
        let mut window = ViewWindow::default();
        let answers = [
            [(1, "a"), (2, "b"), (3, "c")],
            [(3, "c"), (4, "d"), (5, "e")],
        ];
        assert_eq!(new(&mut window, &answers[0]), ["a", "b", "c"]);
        assert_eq!(new(&mut window, &answers[1]), ["d", "e"]);
        assert_eq!(new(&mut window, &answers[0]), [""; 0]);
        assert_eq!(new(&mut window, &[(5, "e"), (6, "f")]), ["f"]);
    }

    #[test]
    fn an_older_answer_is_known_again_though_all_of_it_was_gone() {
        let mut window = ViewWindow::default();
        let count = 2 * ROOM as i64;
        let answer = |from: i64| (from..from + count).map(|time| (time, "a"));
        assert_eq!(window.arrivals(answer(0)).positions.len(), 2 * ROOM);
        assert_eq!(window.arrivals(answer(count)).positions.len(), 2 * ROOM);
        assert!(window.recently_gone.is_empty());
        assert_eq!(window.arrivals(answer(0)), Arrivals::default());
    }

    #[test]
    fn a_clock_that_goes_back_makes_what_was_gone_new() {
        let mut window = ViewWindow::default();
        assert_eq!(new(&mut window, &[(5_005, "a")]), ["a"]);
        assert_eq!(new(&mut window, &[(5_006, "b")]), ["b"]);
        assert!(window.arrivals([(5, "c")]).is_reset);
        assert_eq!(new(&mut window, &[(5, "c"), (5_005, "a")]), ["a"]);
    }

    #[test]
    fn a_clock_that_goes_back_is_told_and_what_comes_then_is_new() {
        let mut window = ViewWindow::default();
        assert_eq!(new(&mut window, &[(5_005, "a"), (5_006, "b")]).len(), 2);
        let arrivals = window.arrivals([(6, "b"), (5, "a")]);
        let expected = Arrivals {
            is_reset: true,
            positions: vec![1, 0],
        };
        assert_eq!(arrivals, expected);
        assert_eq!(new(&mut window, &[(5, "a"), (6, "b"), (7, "c")]), ["c"]);
        assert_eq!(new(&mut window, &[(5_005, "a"), (5_006, "b")]).len(), 2);
    }

    #[test]
    fn a_clock_that_goes_back_while_older_items_are_there_is_told_when_they_have_left() {
        let mut window = ViewWindow::default();
        assert_eq!(new(&mut window, &[(5_005, "a"), (5_006, "b")]).len(), 2);
        assert_eq!(new(&mut window, &[(5, "c"), (5_006, "b")]), ["c"]);
        assert_eq!(new(&mut window, &[(5, "c")]).len(), 0);
        let arrivals = window.arrivals([(5, "c"), (6, "d")]);
        let expected = Arrivals {
            is_reset: true,
            positions: vec![1],
        };
        assert_eq!(arrivals, expected);
        assert_eq!(new(&mut window, &[(6, "d"), (7, "e")]), ["e"]);
    }

    /// Ten items a second, ten seconds of which a view holds, and a poll a second.
    #[test]
    fn a_clock_that_goes_back_by_an_hour_is_told_once_and_no_item_is_lost() {
        let mut window = ViewWindow::default();
        let steady = (0..300).map(|item| 100_000 + item * 100);
        let back = (0..300).map(|item| -3_470_000 + item * 100);
        let items: Vec<i64> = steady.chain(back).collect();
        let (mut resets, mut seen) = (Vec::new(), Vec::new());
        for poll in 0..51 {
            let held = items.iter().skip(poll * 10).take(100);
            let answer: Vec<_> = held.map(|time| (*time, "a")).collect();
            let arrivals = window.arrivals(answer.iter().copied());
            seen.extend(arrivals.positions.iter().map(|at| answer[*at].0));
            resets.extend(arrivals.is_reset.then_some(poll));
        }
        assert_eq!(resets, [30]);
        assert_eq!(seen.len(), items.len());
        assert_eq!(
            seen.into_iter().collect::<BTreeSet<_>>(),
            items.into_iter().collect()
        );
    }

    #[test]
    fn an_item_that_is_an_hour_late_or_early_is_no_clock_that_goes_back() {
        for odd in [-3_490_000, 3_700_000] {
            let mut window = ViewWindow::default();
            assert_eq!(new(&mut window, &[(100_000, "a"), (101_000, "b")]).len(), 2);
            assert_eq!(
                new(&mut window, &[(101_000, "b"), (odd, "odd"), (102_000, "c")]).len(),
                2
            );
            assert_eq!(
                new(&mut window, &[(odd, "odd"), (102_000, "c"), (103_000, "d")]),
                ["d"]
            );
            assert_eq!(new(&mut window, &[(103_000, "d"), (104_000, "e")]), ["e"]);
            assert_eq!(new(&mut window, &[(104_000, "e"), (105_000, "f")]), ["f"]);
        }
    }

    #[test]
    fn an_older_answer_that_has_more_than_was_seen_is_no_clock_that_goes_back() {
        let mut window = ViewWindow::default();
        assert_eq!(new(&mut window, &[(1_000, "a"), (2_000, "b")]).len(), 2);
        assert_eq!(new(&mut window, &[(9_000, "d"), (9_500, "e")]).len(), 2);
        assert_eq!(new(&mut window, &[(2_000, "b"), (3_000, "c")]), ["c"]);
        assert_eq!(new(&mut window, &[(9_500, "e"), (9_600, "f")]), ["f"]);
    }

    #[test]
    fn a_late_item_alone_is_not_a_clock_that_goes_back() {
        let mut window = ViewWindow::default();
        assert_eq!(new(&mut window, &[(2_000, "a")]), ["a"]);
        assert_eq!(new(&mut window, &[(1_000, "b")]), ["b"]);
        assert_eq!(new(&mut window, &[(2_000, "a")]).len(), 0);
    }

    #[test]
    fn what_is_remembered_is_bounded_by_what_the_answers_hold() {
        let mut window = ViewWindow::default();
        let mut most = 0;
        for answer in 0..200 {
            let items = (answer * 5_000..(answer + 1) * 5_000).map(|time| (time, "a"));
            assert_eq!(window.arrivals(items).positions.len(), 5_000);
            let gone = window.recently_gone.len() + window.long_gone.len();
            most = most.max(window.held.len() + gone);
        }
        assert!(most <= 15_000, "{most}");
        for answer in 0..2 * i64::from(GENERATION) {
            window.arrivals([(answer + 1_000_000, "a")]);
        }
        let gone = window.recently_gone.len() + window.long_gone.len();
        assert!(gone <= 2 * GENERATION as usize, "{gone}");
    }

    #[test]
    fn the_least_and_the_greatest_time_are_times() {
        let mut window = ViewWindow::default();
        let items = [(i64::MAX, "b"), (i64::MIN, "a")];
        assert_eq!(new(&mut window, &items), ["a", "b"]);
        assert_eq!(new(&mut window, &items).len(), 0);
    }

    /// What happens at a server between two polls, and how it answers.
    #[derive(Clone, Debug)]
    struct Step {
        /// How much later each arrival is than the one before; a negative number is a late one.
        arrivals: Vec<(i64, u8)>,
        /// How many stay of the buffer, by arrival; the rest is cut from the front.
        capacity: usize,
        order: Vec<Index>,
        /// An answer that was sent before comes again.
        again: Option<Index>,
        is_empty: bool,
    }

    fn step(lateness: i64) -> impl Strategy<Value = Step> {
        let arrivals = prop::collection::vec((-lateness..3, 0..2u8), 0..12);
        let order = prop::collection::vec(any::<Index>(), 0..12);
        let again = prop::option::weighted(0.2, any::<Index>());
        (
            arrivals,
            1usize..30,
            order,
            again,
            prop::bool::weighted(0.1),
        )
            .prop_map(|(arrivals, capacity, order, again, is_empty)| Step {
                arrivals,
                capacity,
                order,
                again,
                is_empty,
            })
    }

    /// What a server sends: items with time, content and the serial number that only the test sees.
    type Answer = Vec<(i64, String, usize)>;

    fn shuffle(answer: &mut Answer, order: &[Index]) {
        for (at, index) in order.iter().enumerate().take(answer.len()) {
            let other = index.index(answer.len());
            answer.swap(at, other);
        }
    }

    fn taken(window: &mut ViewWindow, answer: &Answer) -> Vec<usize> {
        let items = answer.iter().map(|(time, content, _)| (*time, &**content));
        let positions = window.arrivals(items).positions;
        let order = |position: &usize| (answer[*position].0, *position);
        assert!(positions.is_sorted_by_key(order));
        positions
    }

    proptest! {
        /// Late items, whole answers again, empty ones: with serial numbers in the contents nothing is lost and nothing comes twice.
        #[test]
        fn every_item_that_was_in_an_answer_is_handed_out_once(steps in prop::collection::vec(step(6), 1..40)) {
            let (mut window, mut buffer, mut sent) = (ViewWindow::default(), Answer::new(), Vec::<Answer>::new());
            let (mut listed, mut handed_out) = (BTreeSet::new(), Vec::new());
            let (mut now, mut serial) = (1_000, 0);
            for step in steps {
                for (later, _) in step.arrivals {
                    let time = now + later;
                    now = now.max(time);
                    buffer.push((time, format!("{{\"serial\":{serial}}}"), serial));
                    serial += 1;
                }
                buffer.drain(..buffer.len().saturating_sub(step.capacity));
                let mut answer = match step.again {
                    Some(index) if !sent.is_empty() => index.get(&sent).clone(),
                    _ if step.is_empty => Answer::new(),
                    _ => buffer.clone(),
                };
                shuffle(&mut answer, &step.order);
                listed.extend(answer.iter().map(|(_, _, serial)| *serial));
                let positions = taken(&mut window, &answer);
                handed_out.extend(positions.into_iter().map(|position| answer[position].2));
                sent.push(answer);
            }
            prop_assert_eq!(handed_out.len(), handed_out.iter().collect::<BTreeSet<_>>().len());
            prop_assert_eq!(handed_out.into_iter().collect::<BTreeSet<_>>(), listed);
        }

        /// The clock goes back between two polls: each item once all the same, and a reset when the items from before have left.
        #[test]
        fn a_clock_that_goes_back_is_told_once_and_every_item_is_handed_out_once(
            steps in prop::collection::vec(step(6), 2..40),
            at in any::<Index>(),
            by in 60_000..10_000_000_i64,
        ) {
            let (mut window, mut buffer) = (ViewWindow::default(), Answer::new());
            let (mut listed, mut handed_out) = (BTreeSet::new(), Vec::new());
            let (mut now, mut serial, mut first_back) = (1_000, 0, usize::MAX);
            let (mut is_told, mut has_any) = (false, false);
            let at = at.index(steps.len());
            for (number, step) in steps.into_iter().enumerate() {
                if number == at {
                    (now, first_back) = (now - by, serial);
                }
                for (later, _) in step.arrivals {
                    let time = now + later;
                    now = now.max(time);
                    buffer.push((time, format!("{serial}"), serial));
                    serial += 1;
                }
                buffer.drain(..buffer.len().saturating_sub(step.capacity));
                let mut answer = if step.is_empty { Answer::new() } else { buffer.clone() };
                shuffle(&mut answer, &step.order);
                let brings_any = answer.iter().any(|(_, _, serial)| !listed.contains(serial));
                let is_back = answer.iter().all(|(_, _, serial)| *serial >= first_back);
                listed.extend(answer.iter().map(|(_, _, serial)| *serial));
                let items = answer.iter().map(|(time, content, _)| (*time, &**content));
                let arrivals = window.arrivals(items);
                // Who has seen no answer of the clock from before alone knows of no other clock.
                prop_assert_eq!(arrivals.is_reset, has_any && is_back && brings_any && !is_told);
                is_told |= arrivals.is_reset;
                has_any |= !answer.is_empty() && answer.iter().all(|(_, _, serial)| *serial < first_back);
                handed_out.extend(arrivals.positions.into_iter().map(|position| answer[position].2));
            }
            prop_assert_eq!(handed_out.len(), listed.len());
            prop_assert_eq!(handed_out.into_iter().collect::<BTreeSet<_>>(), listed);
        }

        /// Many equal items in a millisecond, cut anywhere: as many are handed out as were in the answers.
        #[test]
        fn of_equal_items_as_many_are_handed_out_as_there_were(steps in prop::collection::vec(step(0), 1..40)) {
            let (mut window, mut buffer) = (ViewWindow::default(), Answer::new());
            let (mut listed, mut handed_out) = (BTreeSet::new(), BTreeMap::<_, usize>::new());
            let (mut now, mut serial) = (1_000, 0);
            for step in steps {
                // Between two polls time goes on.
                now += 1;
                for (later, content) in step.arrivals {
                    now += later;
                    buffer.push((now, content.to_string(), serial));
                    serial += 1;
                }
                buffer.drain(..buffer.len().saturating_sub(step.capacity));
                let mut answer = buffer.clone();
                shuffle(&mut answer, &step.order);
                listed.extend(answer.iter().cloned().map(|(time, content, serial)| (serial, time, content)));
                for position in taken(&mut window, &answer) {
                    let (time, content, _) = answer[position].clone();
                    *handed_out.entry((time, content)).or_default() += 1;
                }
            }
            let mut expected = BTreeMap::<_, usize>::new();
            for (_, time, content) in listed {
                *expected.entry((time, content)).or_default() += 1;
            }
            prop_assert_eq!(handed_out, expected);
        }
    }
}
