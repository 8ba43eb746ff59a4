package headwaters.jobs;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Runs until it is cancelled; each of its checkpoints and savepoints takes a minute, so that there is time to disturb one. */
public final class SlowSnapshotJob {
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.fromSource(StreamJob.numbers(10), WatermarkStrategy.noWatermarks(), "numbers").map(new Slow()).sinkTo(new DiscardingSink<>());
        env.execute("slow snapshots");
    }

    /** Passes numbers on. */
    static final class Slow implements MapFunction<Long, Long>, CheckpointedFunction {
        @Override
        public Long map(Long number) {
            return number;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) {}

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws InterruptedException {
            Thread.sleep(60_000);
        }
    }
}
