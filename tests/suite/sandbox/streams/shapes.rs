//! The members of every resource type.

use super::*;

/// Resources of Streams 4: where one of them is, and its members.
const FOUR: [(&str, &str); 20] = [
    (
        "/../../domains/StreamsDomain",
        "activeServices activeVersion creationTime creationUser hosts id instances productLog \
        resourceAllocations resourceTags resourceType resources restid self startTime status zooKeeperConnectionString \
        zooKeeperEnsemble",
    ),
    (
        "",
        "activeServices activeVersion activeViews configuredViews creationTime creationUser domain exportedStreams health hosts \
        id importedStreams jobs jobsMetricsSnapshot jobsSnapshot operatorConnections operators owner peConnections pes \
        resourceAllocations resourceType restid restrictedTags self startTime startedBy status views",
    ),
    (
        "/jobs/0",
        "activeViews adlFile applicationLogTrace applicationName applicationPath applicationScope applicationVersion \
        checkpointPath dataPath domain dynamicThreadingElastic dynamicThreadingThreadCount fusionScheme generationId health hosts \
        id instance jobGroup jobResourceSharing metricsSnapshot name operatorConnections operators outputPath peConnections pes \
        productLog productVersion proposedOperatorsPerResource resourceAllocations resourceType restid self snapshot startedBy \
        status submitParameters submitTime threadingModel topologyUpdating views",
    ),
    (
        "/jobs/0/operators/identity",
        "applicationTrace channel channels connections domain host indexWithinJob inputPorts instance \
        job logicalName metrics name operatorKind outputPorts pe productLog resourceAllocation resourceType restid self",
    ),
    (
        "/jobs/0/operators/identity/inputports/0",
        "connections indexWithinOperator job metrics name operator pe peInputPorts \
        resourceType restid self",
    ),
    (
        "/jobs/1/operators/Report/inputports/1",
        "connections import indexWithinOperator job metrics name operator pe peInputPorts \
        resourceType restid self",
    ),
    (
        "/jobs/0/operators/identity/outputports/0",
        "connections indexWithinOperator job metrics name operator pe peOutputPorts \
        resourceType restid self streamName streamViewable tupleAttributes",
    ),
    (
        "/jobs/1/operators/Averages/outputports/0",
        "connections export indexWithinOperator job metrics name operator pe \
        peOutputPorts resourceType restid self streamName streamViewable tupleAttributes",
    ),
    (
        "/operatorconnections/j0o0p0-j0o1p0",
        "id peConnection required resourceType restid self source target",
    ),
    (
        "/peconnections/o0p0i0p1",
        "id metrics required resourceType restid self source status target",
    ),
    (
        "/pes/0",
        "applicationTrace connections consoleLog currentWorkingPath domain health host id indexWithinJob inputPorts instance \
        job launchCount metrics metricsSnapshot operators optionalConnections osCapabilities outputPorts pendingTracingLevel \
        processId productLog relocatable requiredConnections resourceAllocation resourceTags resourceType restartable restid self \
        snapshot status statusReason tracingLevel",
    ),
    (
        "/pes/0/outputports/0",
        "connections id indexWithinPE job metrics pe resourceType restid self transportType",
    ),
    (
        "/views/0",
        "activateOption attributes bufferCapacitySeconds bufferCapacityTuples bufferCapacityUnits description domain \
        filterAttribute filterData filterExpression id instance job logicalOperatorName maximumTupleRate name ports resourceType \
        restid self started viewItems",
    ),
    (
        "/configuredviews/0",
        "activateOption activeViews adlFile applicationName attributes bufferCapacity bufferCapacityUnits \
        description filterAttribute filterData filterExpression id maximumTupleRate name operatorName portIndex resourceType \
        restid self streamName",
    ),
    (
        "/activeviews/0",
        "configuredView id job ports resourceType restid self viewItems",
    ),
    (
        "/hosts/streams2.example.com",
        "domain instance ipAddress jobs metrics name pes processorCount resourceType restid \
        restrictedTags schedulerState self services status tags",
    ),
    (
        "/../../domains/StreamsDomain/resources/streams2.example.com",
        "activeServices allocations displayName domain id installations \
        ipAddress metrics resourceType restid restrictedTags self serviceStatus status tags type",
    ),
    (
        "/resourceallocations/streams2.example.com",
        "activeServices applicationResource domain instance jobs pes resource \
        resourceSpecification resourceType restid schedulerStatus self serviceStatus status",
    ),
    (
        "/resourceallocations/streams1.example.com/activeservices/sam-streams1.example.com",
        "domain instance leader processId resource resourceAllocation resourceType restid \
        self startTime status type",
    ),
    (
        "/../../domains/StreamsDomain/zookeeperensembles/StreamsDomain/nodes/1",
        "averageRequestLatency clientPort connectionCount domain ensemble host \
        lastZooKeeperTransactionId maximumRequestLatency minimumRequestLatency mode name outstandingRequestsCount \
        packetsReceivedCount packetsSentCount resourceType restid self status version znodeCount",
    ),
];

/// Members that only Streams 4 has, and those that only Streams 5 has, of resources that both have.
const DIFFERENCES: [(&str, &str, &str); 5] = [
    (
        "",
        "activeServices activeVersion domain hosts resourceAllocations",
        "applicationConfigurations jobGroups productVersion",
    ),
    ("/jobs/0", "domain hosts resourceAllocations", ""),
    (
        "/jobs/0/operators/identity",
        "domain host resourceAllocation",
        "",
    ),
    ("/pes/0", "domain host resourceAllocation", "resource"),
    ("/views/0", "domain", ""),
];

fn words(text: &str) -> Vec<&str> {
    text.split(' ').filter(|word| !word.is_empty()).collect()
}

fn members(body: &Value) -> Vec<&str> {
    let members = body.as_object().unwrap().keys();
    let mut members: Vec<&str> = members.map(String::as_str).collect();
    members.sort_unstable();
    members
}

#[tokio::test]
async fn resources_of_streams_4_have_the_members_of_its_table() {
    let streams = demo(Flavour::OnPrem4).await;
    for (target, expected) in FOUR {
        let body = ok(&streams, target).await;
        let mut expected = words(expected);
        expected.sort_unstable();
        assert_eq!(members(&body), expected, "{target}");
    }
}

#[tokio::test]
async fn streams_5_has_no_domains_and_some_members_more() {
    let (four, five) = (
        demo(Flavour::OnPrem4).await,
        demo(Flavour::Standalone5).await,
    );
    for (target, only_four, only_five) in DIFFERENCES {
        let (four, five) = (ok(&four, target).await, ok(&five, target).await);
        let (only_four, only_five) = (words(only_four), words(only_five));
        let mut expected = members(&four);
        expected.retain(|member| !only_four.contains(member));
        expected.extend(only_five);
        expected.sort_unstable();
        assert_eq!(members(&five), expected, "{target}");
    }
}

#[tokio::test]
async fn the_root_names_the_collections_that_there_are() {
    let four = demo(Flavour::OnPrem4).await;
    let root = ok(&four, four.url()).await;
    assert_eq!(
        all(&root, "resources", "name"),
        [
            "domains",
            "installations",
            "instances",
            "zooKeeperEnsembles"
        ]
    );
    let five = demo(Flavour::Standalone5).await;
    let root = ok(&five, five.url()).await;
    assert_eq!(
        all(&root, "resources", "name"),
        ["accessTokens", "instances", "toolkits"]
    );
}

#[tokio::test]
async fn streams_5_is_of_a_version_that_has_such_a_root() {
    let streams = demo(Flavour::Standalone5).await;
    // Since 5.5 it is here.
    let roots = format!("{}/streams/v1/roots", streams.origin());
    assert_eq!(get(&streams, &roots).await.0, 404);
    for target in ["", "/jobs/0"] {
        assert_eq!(ok(&streams, target).await["productVersion"], "5.4.0.0");
    }
    let index = format!("{}/streams/rest/toolkits/spl-1.5.0/index", streams.origin());
    let index = ok(&streams, &index).await;
    let version = r#"productVersion="5.4.0.0""#;
    assert!(index.as_str().unwrap().contains(version), "{index}");
}

#[tokio::test]
async fn ids_are_strings_and_times_are_milliseconds() {
    let streams = demo(Flavour::OnPrem4).await;
    let job = ok(&streams, "/jobs/0").await;
    assert_eq!((&job["id"], &job["restid"]), (&json!("0"), &json!("0")));
    let now = std::time::SystemTime::now();
    let now = now
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis() as i64;
    let submitted = job["submitTime"].as_i64().unwrap();
    assert!(
        (3_600_000..3_660_000).contains(&(now - submitted)),
        "{submitted}"
    );
    let pe = ok(&streams, "/pes/0").await;
    assert!(pe["processId"].is_string());
    assert_eq!(job["jobGroup"], "default");
    assert_eq!(job["dataPath"], Value::Null);
}

#[tokio::test]
async fn the_group_of_a_job_is_a_link_in_streams_5() {
    let streams = demo(Flavour::Standalone5).await;
    let job = ok(&streams, "/jobs/0").await;
    let group = ok(&streams, job["jobGroup"].as_str().unwrap()).await;
    assert_eq!(group["name"], "default");
}

#[tokio::test]
async fn copies_in_a_parallel_region_share_a_logical_name() {
    let streams = demo(Flavour::OnPrem4).await;
    for index in [0, 1] {
        let operator = ok(&streams, &format!("/jobs/1/operators/Filter%5B{index}%5D")).await;
        assert_eq!(operator["name"], format!("Filter[{index}]"));
        assert_eq!(operator["logicalName"], "Filter");
        assert_eq!(operator["channel"], index);
        let channels = json!([{"logicalOperatorName": "Filter", "indexWithinRegion": index}]);
        assert_eq!(operator["channels"], channels);
    }
    let outside = ok(&streams, "/jobs/1/operators/Trades").await;
    assert_eq!(
        (&outside["logicalName"], &outside["channel"]),
        (&json!("Trades"), &Value::Null)
    );
}

#[tokio::test]
async fn connections_of_pes_are_those_of_operators_that_lead_from_one_into_another() {
    let streams = demo(Flavour::OnPrem4).await;
    let within = ok(&streams, "/operatorconnections/j0o0p0-j0o1p0").await;
    assert_eq!(within["peConnection"], Value::Null);
    let between = ok(&streams, "/operatorconnections/j0o1p0-j0o2p0").await;
    let connection = ok(&streams, between["peConnection"].as_str().unwrap()).await;
    assert_eq!(connection["id"], "o0p0i0p1");
    assert_eq!(connection["status"], "connected");
    assert_eq!(connection["source"]["pe"], between["source"]["pe"]);
    assert_eq!(connection["target"]["pe"], between["target"]["pe"]);
    let port = ok(&streams, between["source"]["outputPort"].as_str().unwrap()).await;
    assert_eq!(
        port["peOutputPorts"],
        json!([connection["source"]["outputPort"]])
    );
    // By a topic, one job has what another gives.
    let dynamic = ok(&streams, "/operatorconnections/j0o3p0-j1o4p1").await;
    assert_eq!(dynamic["required"], false);
}
