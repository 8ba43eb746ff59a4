package headwaters.jobs;

import java.io.IOException;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** RUNNING for about a second, then FAILED: it throws and is not restarted. Arguments: {@code --name}. */
public final class FailJob {
    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args);
        // With checkpoints on, Flink would restart the job for ever.
        Configuration configuration = new Configuration();
        configuration.setString("restart-strategy.type", "none");
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.getConfig().setGlobalJobParameters(arguments);
        env.fromSource(StreamJob.numbers(20), WatermarkStrategy.noWatermarks(), "numbers")
                .map(new FailAfterASecond())
                .name("Fail after a second")
                .disableChaining()
                .sinkTo(new DiscardingSink<>())
                .name("Discard");
        env.execute(arguments.get("name", "failing job"));
    }

    static final class FailAfterASecond implements MapFunction<Long, Long> {
        private long end;

        @Override
        public Long map(Long number) {
            if (end == 0) {
                end = System.nanoTime() + 1_000_000_000L;
            } else if (System.nanoTime() > end) {
                throw new IllegalStateException("a second is over", new IOException("the cause, \"quoted\" \u00e9"));
            }
            return number;
        }
    }
}
