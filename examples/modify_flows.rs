//! Changes flows, of which only the members travel that change.
//!
//! `cargo run --features sandbox --example modify_flows [URL ACCOUNT TOKEN]`; what it makes it deletes again.

use std::time::{SystemTime, UNIX_EPOCH};

use headwaters::{
    Batch, Config,
    flowthings::{Api, Modify, Token, mem, types::NewFlow},
    sandbox,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = sandbox::Flowthings::start().await?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (url, account, token) = match arguments.as_slice() {
        [url, account, token] => (url.as_str(), account.as_str(), token.as_str()),
        _ => (sandbox.url(), sandbox.account(), sandbox.token()),
    };
    let api = Api::with_config(url, Token::new(account, token), Config::new())?;
    let flows = api.flow();

    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let folder = format!("/{account}/example-{now}");
    let rooms = ["hall", "attic", "cellar"];
    let created = rooms.map(|room| flows.create(NewFlow::new(format!("{folder}-{room}"))));
    let created = Batch::from_iter(created).await?;

    // One flow, by the names of the wire: the model and what is sent of it.
    let [hall, ..] = created.as_slice() else {
        return Err("no flow was made".into());
    };
    let modify = Modify::new(hall.clone())
        .set("displayName", "The hall")
        .set("capacity", 500);
    let (_, changes) = modify.clone().done()?;
    println!("sent: {changes}");
    let hall = flows.update(modify).await?;
    println!("capacity of {:?}: {:?}", hall.display_name, hall.capacity);

    // All of them in one request, by the setters of their type.
    let found = flows.find(mem("path").re(format!("^{folder}-"))).await?;
    let changes = found
        .into_iter()
        .map(|flow| Modify::new(flow).with(|flow| flow.description("a room").capacity(100)));
    for (id, flow) in flows.update_many(changes).await? {
        println!(
            "{id} {:?}: {:?} {:?}",
            flow.path, flow.description, flow.capacity
        );
    }

    // What changes nothing is refused before anything is sent.
    let nothing = flows.update(Modify::new(hall)).await;
    if let Err(error) = nothing {
        println!("{error}");
    }

    for flow in created {
        flows.delete(&flow.id).await?;
    }
    Ok(())
}
