//! What jobs give to each other.

use super::*;

#[tokio::test]
async fn a_topic_is_a_port_with_properties() {
    let streams = demo(Flavour::OnPrem4).await;
    let exported = ok(&streams, "/exportedstreams").await;
    let ports = all(&exported, "exportedStreams", "operatorOutputPort");
    let port = ok(&streams, ports[0]).await;
    assert_eq!(port["export"]["type"], "properties");
    let properties = port["export"]["properties"].as_array().unwrap();
    let property = |name: &str| {
        properties
            .iter()
            .find(|property| property["name"] == name)
            .unwrap()
    };
    // SPL literals keep their quotes.
    assert_eq!(property("__spl_exportType")["values"], json!(["\"topic\""]));
    assert_eq!(
        property("__spl_topic")["values"],
        json!(["\"neural/predictions\""])
    );
    assert_eq!(property("__spl_topic")["type"], "rstring");
    let by_name = ok(&streams, ports[1]).await;
    assert_eq!(by_name["export"]["type"], "name");
    let imported = ok(&streams, "/importedstreams").await;
    let port = ok(
        &streams,
        all(&imported, "importedStreams", "operatorInputPort")[0],
    )
    .await;
    assert_eq!(port["import"]["type"], "subscription");
}

#[tokio::test]
async fn a_schema_is_told_as_a_whole_and_in_parts() {
    let streams = demo(Flavour::OnPrem4).await;
    let list = ok(
        &streams,
        "/jobs/1/operators/Averages/outputports/0/tupleattributes",
    )
    .await;
    assert_eq!(
        list["splType"],
        "tuple<rstring[8] symbol,float64 average,enum{buy,sell} side,list<float64> prices,\
         map<rstring,int64> volumes,tuple<float64 low,float64 high> range,optional<ustring> note,timestamp time>"
    );
    let attribute = |name: &str| {
        let mut all = list["tupleAttributes"].as_array().unwrap().iter();
        all.find(|attribute| attribute["name"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(
        attribute("symbol"),
        json!({"resourceType": "tupleAttribute", "name": "symbol", "type": "rstring", "splType": "rstring[8]", "boundedSize": 8})
    );
    assert_eq!(attribute("side")["possibleValues"], json!(["buy", "sell"]));
    assert_eq!(
        attribute("prices")["elementType"],
        json!({"type": "float64"})
    );
    assert_eq!(attribute("volumes")["keyType"], json!({"type": "rstring"}));
    assert_eq!(
        attribute("note")["underlyingType"],
        json!({"type": "ustring"})
    );
    let nested = json!([{"name": "low", "type": "float64"}, {"name": "high", "type": "float64"}]);
    assert_eq!(attribute("range")["tupleAttributes"], nested);
}
