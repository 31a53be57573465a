import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import java.io.FileReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Debezium's engine on the outbox, as Debezium Server runs it. Arguments: a properties file, and either nothing (each message goes
 * to stdout as a line of JSON) or the brokers that it is sent to. It runs until stdin ends.
 */
public final class Engine {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    Properties settings = new Properties();
    try (FileReader file = new FileReader(arguments[0], StandardCharsets.UTF_8)) {
      settings.load(file);
    }
    KafkaProducer<String, String> producer = arguments.length < 2 ? null : producerFor(arguments[1]);
    DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine =
        DebeziumEngine.create(Connect.class)
            .using(settings)
            .using((isSuccess, message, error) -> {
              if (!isSuccess) System.err.println("the engine ended: " + message);
              if (error != null) error.printStackTrace();
            })
            .notifying((batch, committer) -> take(batch, committer, producer))
            .build();
    Thread running = new Thread(engine);
    running.start();
    while (System.in.read() >= 0) {}
    engine.close();
    running.join();
    if (producer != null) producer.close();
  }

  private static void take(
      List<ChangeEvent<SourceRecord, SourceRecord>> batch,
      RecordCommitter<ChangeEvent<SourceRecord, SourceRecord>> committer,
      KafkaProducer<String, String> producer)
      throws InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (ChangeEvent<SourceRecord, SourceRecord> event : batch) {
      SourceRecord record = event.value();
      // heartbeats
      if (record == null || record.topic().startsWith("__debezium")) continue;
      if (producer == null) print(record);
      else sent.add(producer.send(messageOf(record)));
    }
    for (Future<RecordMetadata> one : sent) {
      try {
        one.get();
      } catch (java.util.concurrent.ExecutionException error) {
        throw new IllegalStateException("not sent", error);
      }
    }
    for (ChangeEvent<SourceRecord, SourceRecord> event : batch) committer.markProcessed(event);
    committer.markBatchFinished();
  }

  private static void print(SourceRecord record) {
    ObjectNode line = JSON.createObjectNode();
    line.put("topic", record.topic());
    line.put("key", (String) record.key());
    line.put("value", (String) record.value());
    ObjectNode headers = line.putObject("headers");
    record.headers().forEach(header -> headers.put(header.key(), String.valueOf(header.value())));
    System.out.println(line);
  }

  private static ProducerRecord<String, String> messageOf(SourceRecord record) {
    ProducerRecord<String, String> message =
        new ProducerRecord<>(record.topic(), (String) record.key(), (String) record.value());
    record.headers().forEach(header ->
        message.headers().add(header.key(), String.valueOf(header.value()).getBytes(StandardCharsets.UTF_8)));
    return message;
  }

  private static KafkaProducer<String, String> producerFor(String brokers) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", brokers, "acks", "all", "enable.idempotence", "true", "linger.ms", "5"),
        new StringSerializer(),
        new StringSerializer());
  }
}
