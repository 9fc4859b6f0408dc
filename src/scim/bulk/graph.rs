//! Which operation has to wait for which, and which is the next that need not.

use std::collections::BTreeSet;

/// Something to do: an operation, or the completion of one that was carried out without all its references. Steps are
/// taken in this order as far as they need not wait, which is the client's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub index: usize,
    pub completes: bool,
}

impl Step {
    pub(super) const fn of(index: usize) -> Self {
        Self { index, completes: false }
    }

    pub(super) const fn completing(index: usize) -> Self {
        Self { index, completes: true }
    }

    fn slot(self) -> usize {
        self.index * 2 + usize::from(self.completes)
    }
}

/// Steps and the order among them.
#[derive(Debug)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    ready: BTreeSet<Step>,
    /// Operations before this one are settled.
    first: usize,
}

#[derive(Debug, Clone, Default)]
struct Node {
    before: Vec<Step>,
    after: Vec<Step>,
    /// How many of those before it are not settled.
    waiting: usize,
    settled: bool,
}

impl Graph {
    /// So many operations, none of which has to wait.
    pub(super) fn new(operations: usize) -> Self {
        Self { nodes: vec![Node::default(); operations * 2], ready: (0..operations).map(Step::of).collect(), first: 0 }
    }

    /// Has `later` wait for `earlier`, which is not settled.
    pub(super) fn order(&mut self, earlier: Step, later: Step) {
        self.nodes[earlier.slot()].after.push(later);
        let node = &mut self.nodes[later.slot()];
        node.before.push(earlier);
        node.waiting += 1;
        self.ready.remove(&later);
    }

    /// Takes the first step that need not wait.
    pub(super) fn pop(&mut self) -> Option<Step> {
        self.ready.pop_first()
    }

    pub(super) fn is_settled(&self, step: Step) -> bool {
        self.nodes[step.slot()].settled
    }

    /// The step is over, one way or the other: what waited for it may go on.
    pub(super) fn settle(&mut self, step: Step) {
        let node = &mut self.nodes[step.slot()];
        node.settled = true;
        for later in std::mem::take(&mut node.after) {
            let node = &mut self.nodes[later.slot()];
            node.waiting = node.waiting.saturating_sub(1);
            if node.waiting == 0 {
                self.ready.insert(later);
            }
        }
    }

    /// When nothing is ready and something is left, operations wait for each other in a circle: the first operation
    /// of one such circle. Call it only when [`pop`](Self::pop) gives nothing.
    pub(super) fn in_circle(&mut self) -> Option<usize> {
        while self.nodes.get(self.first * 2).is_some_and(|node| node.settled) {
            self.first += 1;
        }
        // Whoever waits, waits for somebody who waits: following that long enough leads into a circle.
        let unsettled =
            |step: Step| self.nodes[step.slot()].before.iter().copied().find(|step| !self.is_settled(*step));
        let mut step = (self.first * 2 < self.nodes.len()).then(|| Step::of(self.first))?;
        let mut passed = vec![false; self.nodes.len()];
        while !std::mem::replace(&mut passed[step.slot()], true) {
            step = unsettled(step)?;
        }
        let entry = step;
        let mut lowest = entry;
        loop {
            step = unsettled(step)?;
            lowest = lowest.min(step);
            if step == entry {
                return Some(lowest.index);
            }
        }
    }

    /// Lets an operation go on although it waits; its completion waits in its place. `about` are operations on what it
    /// makes: they wait for the completion as well.
    pub(super) fn split(&mut self, index: usize, about: &[usize]) {
        let (step, completion) = (Step::of(index), Step::completing(index));
        let before = std::mem::take(&mut self.nodes[step.slot()].before);
        self.nodes[step.slot()].waiting = 0;
        for earlier in before.into_iter().filter(|earlier| !self.is_settled(*earlier)).collect::<Vec<_>>() {
            self.nodes[earlier.slot()].after.retain(|later| *later != step);
            self.order(earlier, completion);
        }
        self.order(step, completion);
        for later in about {
            self.order(completion, Step::of(*later));
        }
        self.ready.insert(step);
    }
}
