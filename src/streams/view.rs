//! Views: the latest tuples of a stream, while they arrive.

use std::time::Duration;

use serde::de::DeserializeOwned;

use super::{
    calls::{Instance, InstanceViews, View},
    tuples::Tuples,
    types,
    view_tuple::{Attributes, ViewTuple},
};
use crate::{Poll, Result, call::BoxFuture};

impl View {
    /// The tuples of the view while they arrive, beginning with those that it holds.
    ///
    /// The server is asked for the view's buffer every second, in the background, once the first tuple is awaited; each tuple is
    /// handed out once, in the order of the collection times that are seen together.
    ///
    /// ```no_run
    /// # async fn f(sc: headwaters::streams::StreamsConnection, view: headwaters::streams::types::View) -> headwaters::Result<()> {
    /// let mut tuples = sc.view(&view).tuples();
    /// while let Some(tuple) = tuples.next().await? {
    ///     println!("{} {}", tuple.collection_time, tuple.data);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn tuples(&self) -> Tuples<ViewTuple> {
        Tuples::new::<ViewTuple>(self.items())
    }

    /// The same as values of this type, read from the attributes of each tuple, or from the JSON in it where a Python application
    /// shows its objects.
    ///
    /// ```no_run
    /// # async fn f(sc: headwaters::streams::StreamsConnection, view: headwaters::streams::types::View) -> headwaters::Result<()> {
    /// #[derive(serde::Deserialize)]
    /// struct Trade {
    ///     ticker: String,
    ///     price: f64,
    /// }
    ///
    /// let mut trades = sc.view(&view).tuples_as::<Trade>().latest();
    /// while let Some(trade) = trades.next().await? {
    ///     println!("{} {}", trade.ticker, trade.price);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn tuples_as<T: DeserializeOwned + Send + 'static>(&self) -> Tuples<T> {
        Tuples::new::<Attributes<T>>(self.items())
    }
}

impl Instance {
    /// Waits for the view of this name: views appear some time after their job has been submitted.
    ///
    /// # Errors
    /// [`is_timeout`](crate::Error::is_timeout) when there is none in time, a minute unless
    /// [`with_timeout`](Poll::with_timeout) says otherwise; otherwise as any call.
    pub fn view(&self, name: impl Into<String>) -> Poll<types::View> {
        let (views, name) = (self.views(), name.into());
        let poll = Poll::new(InstanceViews::OPERATION, async move {
            let ask = move || -> BoxFuture<Result<Option<types::View>>> {
                // Servers that do not filter give all of them.
                let views = match name.contains(',') {
                    // A comma would stand between two names.
                    true => views.clone(),
                    false => views.clone().with_query("name", &name),
                };
                let name = name.clone();
                Box::pin(async move {
                    let mut views = views.await?.into_iter();
                    Ok(views.find(|view| view.name.as_ref() == Some(&name)))
                })
            };
            Ok((None, ask))
        });
        poll.with_timeout(Duration::from_secs(60))
    }
}
