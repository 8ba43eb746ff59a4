//! Parallel regions, whose operators run in as many copies as the region is wide.

use super::application::Arc;
use super::job::Job;
use super::layout::Layout;
use super::operator::{Channel, Operator};

/// Gives a region of one operator another width; false where there is no such region.
pub(crate) fn set_width(job: &mut Job, region: &str, width: usize) -> bool {
    let in_region = |operator: &Operator| {
        operator
            .channel
            .as_ref()
            .is_some_and(|of| of.region == region)
    };
    let old = std::mem::take(&mut job.application.operators);
    let Some(first) = old.iter().position(in_region) else {
        job.application.operators = old;
        return false;
    };
    let mut operators = Vec::new();
    // Where each operator is now; the first copy stands for all of its region.
    let mut places: Vec<Option<usize>> = Vec::new();
    for (at, operator) in old.into_iter().enumerate() {
        if at != first {
            let stays = !in_region(&operator);
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
    }
    job.application.operators = operators;
    job.application.connections = connections;
    job.layout = Layout::of(&job.application);
    job.generation += 1;
    true
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
