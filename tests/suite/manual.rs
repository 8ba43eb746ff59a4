//! The calls that are written by hand, which have none by name.

use headwaters::{
    Result, Upload,
    dynamic::Server,
    flink::Flink,
    flowthings::Api,
    streams::{JobSelector, StreamingAnalytics},
};
use serde_json::Value;

use crate::document::Wish;

/// Makes the call of this id, and encodes its answer again.
pub async fn call(server: Server, id: &str, wish: Wish) -> Result<Value> {
    let answer = match id {
        "session_websocket" => {
            drop(Api::try_from(server)?.websocket().await?);
            Ok(Value::Null)
        }
        "jobs_submit" => {
            let flink = Flink::try_from(server)?;
            let mut call = flink.jobs().submit(Upload::bytes("graph.bin", "a graph"));
            if wish == Wish::Most {
                call = call
                    .jar(Upload::bytes("job.jar", "a jar"))
                    .artifact("wörds, \"all\"", Upload::bytes("words.txt", "a, the"));
            }
            serde_json::to_value(call.await?)
        }
        "service_v1_cancel" => {
            let group = StreamingAnalytics::try_from(server)?.service_v1();
            let job = match wish {
                Wish::Most => JobSelector::Name("wörds, \"all\"".to_owned()),
                _ => JobSelector::Id("4".into()),
            };
            serde_json::to_value(group.cancel("s", "b", job).await?)
        }
        _ => panic!("{id} has no call in the tests"),
    };
    Ok(answer.unwrap())
}
