import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads all topics of a prefix with Kafka's own client, committed transactions only, and prints a record a line:
 * topic, partition, offset, key, headers, value (empty: a tombstone), parted by tabs. The third argument says whether chunks have their `values`
 * or only their `names`.
 * kafkajs may show records of aborted transactions, so it can't be the judge of "nothing twice".
 */
public class TopicReader {
  public static void main(String[] args) {
    Properties settings = new Properties();
    settings.putAll(Map.of(
        "bootstrap.servers", args[0],
        "group.id", "ledger-reader",
        "isolation.level", "read_committed",
        "auto.offset.reset", "earliest",
        "enable.auto.commit", "false",
        "metadata.max.age.ms", "1000",
        "key.deserializer", StringDeserializer.class.getName(),
        "value.deserializer", StringDeserializer.class.getName()));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings)) {
      consumer.subscribe(Pattern.compile(Pattern.quote(args[1]) + ".*"));
      while (!out.checkError()) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) out.println(line(record, args[2].equals("values")));
        out.flush();
      }
    }
  }

  private static String line(ConsumerRecord<String, String> record, boolean hasChunkValues) {
    String headers = StreamSupport.stream(record.headers().spliterator(), false)
        .map(header -> header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("\u001f"));
    if (record.value() == null) return String.join("\t", record.topic(), "" + record.partition(), "" + record.offset(), record.key(), headers, "");
    String value = hasChunkValues || !headers.contains("Chunk.v1") ? record.value() : "{}";
    return String.join("\t", record.topic(), "" + record.partition(), "" + record.offset(), record.key(), headers, value);
  }
}
