package headwaters.jobs;

import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.datastream.CachedDataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** A job of type BATCH that leaves a cached result behind, which {@code /datasets} lists. Arguments: {@code --name}. */
public final class BatchJob {
    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.getConfig().setGlobalJobParameters(arguments);
        env.setRuntimeMode(RuntimeExecutionMode.BATCH);
        CachedDataStream<Long> cached =
                env.fromSource(new NumberSequenceSource(1, 2000), WatermarkStrategy.noWatermarks(), "sequence")
                        .map(number -> number * 2)
                        .name("Double")
                        .cache();
        cached.keyBy(number -> number % 7).reduce(Long::sum).name("Sum by key").sinkTo(new DiscardingSink<>()).name("Discard");
        env.execute(arguments.get("name", "batch job"));
    }
}
