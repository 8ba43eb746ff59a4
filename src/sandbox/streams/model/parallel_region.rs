//! Parallel regions, whose operators run in as many copies as the region is wide.

use super::application::Arc;
use super::job::Job;
use super::layout::Layout;
use super::operator::{Channel, Operator};
use super::view::Content;

/// Copies that a region has at most: all of them are in memory.
pub(crate) const WIDEST: usize = 1_000;

/// Where the first operator of a region is.
pub(crate) fn first(job: &Job, region: &str) -> Option<usize> {
    let operators = &job.application.operators;
    operators
        .iter()
        .position(|operator| is_in(operator, region))
}

fn is_in(operator: &Operator, region: &str) -> bool {
    let channel = operator.channel.as_ref();
    channel.is_some_and(|of| of.region == region)
}

/// Gives a region of one operator another width, if there is one.
pub(super) fn set_width(job: &mut Job, region: &str, width: usize) {
    let Some(first) = first(job, region) else {
        return;
    };
    let old = std::mem::take(&mut job.application.operators);
    let mut operators = Vec::new();
    // Where each operator is now; the first copy stands for all of its region.
    let mut places: Vec<Option<usize>> = Vec::new();
    for (at, operator) in old.into_iter().enumerate() {
        if at != first {
            let stays = !is_in(&operator, region);
            places.push(stays.then_some(operators.len()));
            if stays {
                operators.push(operator);
            }
            continue;
        }
        places.push(Some(operators.len()));
        operators.extend((0..width).map(|index| copy(&operator, region, index)));
    }
    let first = places.get(first).copied().flatten().unwrap_or_default();
    let place = |at: usize| places.get(at).copied().flatten();
    let copies = |at: usize| match at == first {
        true => first..first + width,
        false => at..at + 1,
    };
    let mut connections = Vec::new();
    for arc in &job.application.connections {
        let (Some(source), Some(target)) = (place(arc.source.0), place(arc.target.0)) else {
            continue;
        };
        for source in copies(source) {
            connections.extend(copies(target).map(|target| Arc {
                source: (source, arc.source.1),
                target: (target, arc.target.1),
            }));
        }
    }
    for view in &mut job.application.views {
        view.port.0 = place(view.port.0).unwrap_or(first);
        if let (true, Content::Stream { channels, .. }) = (view.port.0 == first, &mut view.content)
        {
            *channels = i64::try_from(width).unwrap_or(i64::MAX);
        }
    }
    job.application.operators = operators;
    job.application.connections = connections;
    job.layout = Layout::of(&job.application);
    job.generation += 1;
}

fn copy(operator: &Operator, region: &str, index: usize) -> Operator {
    let name = format!("{region}[{index}]");
    let mut copy = operator.clone();
    for output in &mut copy.outputs {
        output.stream.clone_from(&name);
    }
    copy.name = name;
    copy.channel = Some(Channel {
        region: region.to_owned(),
        index: i64::try_from(index).unwrap_or(i64::MAX),
    });
    copy
}
