package headwaters.jobs;

import java.time.Duration;
import org.apache.flink.api.common.accumulators.IntCounter;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * Counts numbers by key until it is cancelled or stopped: four vertices (source, map, keyed state, sink), watermarks, an accumulator, and
 * names that need escaping. Arguments: {@code --name}, {@code --rate} (numbers a second). The parallelism is the caller's.
 */
public final class StreamJob {
    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.getConfig().setGlobalJobParameters(arguments);
        WatermarkStrategy<Long> tenMillisecondsApart =
                WatermarkStrategy.<Long>forBoundedOutOfOrderness(Duration.ofSeconds(1))
                        .withTimestampAssigner((number, previous) -> 1_700_000_000_000L + number * 10);
        env.fromSource(numbers(Double.parseDouble(arguments.get("rate", "40"))), tenMillisecondsApart, "numbers: <1, 2> & \"on\"")
                .uid("numbers")
                .map(new Measure())
                .name("Measure, step [1]")
                .uid("measure")
                .disableChaining()
                .keyBy(number -> number % 7)
                .process(new CountByKey())
                .name("Count by key")
                .uid("count")
                .disableChaining()
                .sinkTo(new DiscardingSink<>())
                .name("Discard")
                .uid("discard");
        env.execute(arguments.get("name", "stream <job> \"\u00e9\", [1]"));
    }

    /** 0, 1, 2, ... practically without end. Each subtask gets a stretch of its own: with Long.MAX_VALUE the timestamps would overflow. */
    static DataGeneratorSource<Long> numbers(double perSecond) {
        return new DataGeneratorSource<>(number -> number, 1_000_000_000, RateLimiterStrategy.perSecond(perSecond), Types.LONG);
    }

    /** Passes numbers on and reports metrics whose names and values are hard to carry. */
    static final class Measure extends RichMapFunction<Long, Long> {
        private final IntCounter seen = new IntCounter();

        @Override
        public void open(OpenContext context) {
            getRuntimeContext().addAccumulator("seen, [so] far", seen);
            // Flink drops a gauge object that is registered twice: each subtask's lambdas must capture something.
            int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
            MetricGroup metrics = getRuntimeContext().getMetricGroup();
            metrics.gauge("not a number", (Gauge<Double>) () -> subtask * Double.NaN);
            metrics.gauge("infinity", (Gauge<Double>) () -> subtask + Double.POSITIVE_INFINITY);
            metrics.gauge("text", (Gauge<String>) () -> "hello, \"w\u00f6rld\" " + subtask);
            metrics.gauge("plus+percent%25&[bracket], comma", (Gauge<Integer>) () -> 7 + subtask);
        }

        @Override
        public Long map(Long number) {
            seen.add(1);
            return number;
        }
    }

    /** The state that savepoints hold. */
    static final class CountByKey extends KeyedProcessFunction<Long, Long, Long> {
        private transient ValueState<Long> count;

        @Override
        public void open(OpenContext context) {
            count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
        }

        @Override
        public void processElement(Long number, Context context, Collector<Long> out) throws Exception {
            Long before = count.value();
            count.update(before == null ? 1 : before + 1);
            out.collect(number);
        }
    }
}
