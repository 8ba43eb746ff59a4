package headwaters.jobs;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** FINISHED within a second or two, with an accumulator in its result. Arguments: {@code --name}, {@code --count} (of numbers). */
public final class BoundedJob {
    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.getConfig().setGlobalJobParameters(arguments);
        env.fromSource(
                        new NumberSequenceSource(1, Long.parseLong(arguments.get("count", "500"))),
                        WatermarkStrategy.noWatermarks(),
                        "sequence")
                .map(new StreamJob.Measure())
                .name("Measure")
                .disableChaining()
                .sinkTo(new DiscardingSink<>())
                .name("Discard");
        env.execute(arguments.get("name", "bounded job"));
    }
}
