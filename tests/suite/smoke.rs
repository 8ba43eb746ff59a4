use headwaters::{Batch, Lazy, flink::Flink, sandbox};

#[tokio::test]
async fn a_job_lives_and_ends() {
    let server = sandbox::Flink::start().await.unwrap();
    let flink = Flink::new(server.url()).unwrap();
    println!("{:?}", flink.overview().await.unwrap());
    let s = flink
        .jars()
        .upload_and_run(
            headwaters::Upload::bytes("StreamJob.jar", vec![0u8; 100_000])
                .on_progress(|a, b| println!("{a} {b:?}")),
            |r| r.parallelism(2),
        )
        .await
        .unwrap();
    println!("{s:?}");
    let job = s.run.jobid.clone();
    let mut state = flink.jobs().status(&job).await.unwrap().status;
    while state != headwaters::flink::types::JobStatus::Running {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        state = flink.jobs().status(&job).await.unwrap().status;
        println!("{state}");
    }
    let details = flink.jobs().get(&job).await.unwrap();
    let vertex = flink.vertex(&job, &details.vertices[0].id);
    let names = vertex.metrics().await.unwrap();
    println!("{} names", names.len());
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let names = vertex.metrics().await.unwrap();
    println!("{} names", names.len());
    let many: Vec<String> = names
        .iter()
        .map(|n| n.id.clone())
        .cycle()
        .take(500)
        .collect();
    println!("{}", vertex.metrics().names(many).await.unwrap().len());
    let sp = flink
        .jobs()
        .trigger_savepoint(&job)
        .target_directory("file:///sp")
        .poll()
        .await
        .unwrap();
    println!("{sp:?}");
    let bad = flink
        .jobs()
        .trigger_savepoint(&job)
        .target_directory("file:///forbidden")
        .poll()
        .await
        .unwrap_err();
    println!("{bad}\n{bad:?}");
    flink.jobs().cancel(&job).await.unwrap();
    println!("{:?}", flink.jobs().get("nope").await.unwrap_err().report());
    println!("{:?}", flink.jobs().get("../x").await.unwrap_err().report());
    let b = [&job, &job]
        .into_iter()
        .map(|j| flink.jobs().status(j))
        .collect::<Batch<_>>()
        .await
        .unwrap();
    println!("{b:?}");
    let l = Lazy::start(flink.overview());
    println!(
        "{:?} {:?}",
        l.clone().await.unwrap().slots_total,
        l.await.unwrap().slots_available
    );
    let log = flink
        .job_manager()
        .log()
        .await
        .unwrap()
        .into_bytes(1 << 20)
        .await
        .unwrap();
    println!("{}", log.len());
    for e in server.journal() {
        println!("{} {} {:?} {}", e.method, e.target, e.status, e.body_len);
    }
    println!(
        "{:?}",
        Flink::new("http://127.0.0.1:1")
            .unwrap()
            .overview()
            .await
            .unwrap_err()
            .report()
    );
}
