package headwaters.jobs;

import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Submits nothing: it compiles a job and writes the graph, in Java serialization, to the file that {@code --graph} names, as Flink's own
 * client does before {@code POST /jobs}. The job runs until it is cancelled and shows what it read from the file {@code words} of its
 * distributed cache as an accumulator of that name. On 1.x only a JobGraph can be submitted; 2.x takes one for an execution plan, too.
 */
public final class GraphJob {
    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        // The path is only what the submitter would upload: the file arrives with the graph.
        env.registerCachedFile("/nowhere/words", "words");
        env.fromSource(StreamJob.numbers(10), WatermarkStrategy.noWatermarks(), "numbers")
                .map(new ReadWords())
                .sinkTo(new DiscardingSink<>());
        try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(Path.of(arguments.get("graph", ""))))) {
            out.writeObject(env.getStreamGraph().getJobGraph());
        }
    }

    /** Passes numbers on. */
    static final class ReadWords extends RichMapFunction<Long, Long> {
        @Override
        public void open(OpenContext context) throws Exception {
            ListAccumulator<String> words = new ListAccumulator<>();
            getRuntimeContext().addAccumulator("words", words);
            Path file = getRuntimeContext().getDistributedCache().getFile("words").toPath();
            words.add(Files.readString(file));
        }

        @Override
        public Long map(Long number) {
            return number;
        }
    }
}
