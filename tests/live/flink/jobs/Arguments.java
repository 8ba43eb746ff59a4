package headwaters.jobs;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.ExecutionConfig.GlobalJobParameters;

/**
 * A job's arguments, {@code --key value ...}. As global job parameters they show as {@code user-config} in {@code /jobs/:jobid/config}, so
 * that a test can see what arrived. Flink's own ParameterTool is in different packages in 1.x and 2.x.
 */
final class Arguments extends GlobalJobParameters {
    private final LinkedHashMap<String, String> values = new LinkedHashMap<>();

    Arguments(String[] args) {
        for (int i = 0; i + 1 < args.length; i += 2) {
            values.put(args[i].replaceFirst("^--", ""), args[i + 1]);
        }
    }

    String get(String key, String otherwise) {
        return values.getOrDefault(key, otherwise);
    }

    @Override
    public Map<String, String> toMap() {
        return values;
    }
}
