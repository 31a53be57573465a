import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A consumer in Java: the score of each night, and days of heart rate, kept in SQLite. docs/consume.md says why it is as it is.
 * Any number of them may share a group and a store.
 *
 * <pre>
 *   mvn --quiet process-sources
 *   KAFKA_BROKERS=localhost:9092 TOPIC_PREFIX=polar.acme GROUP_ID=coach STORE=coach.db STORE_SQL=../store.sql \
 *     java -cp 'target/jars/*' Consumer.java
 * </pre>
 */
public class Consumer {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] args) throws Exception {
    Properties settings = new Properties();
    // Here go security.protocol and sasl.*, where the cluster asks for them.
    settings.putAll(Map.of(
        "bootstrap.servers", setting("KAFKA_BROKERS"),
        "group.id", setting("GROUP_ID"),
        "isolation.level", "read_committed",
        "auto.offset.reset", "earliest",
        "enable.auto.commit", "false",
        "key.deserializer", StringDeserializer.class.getName(),
        "value.deserializer", StringDeserializer.class.getName()));
    Thread main = Thread.currentThread();
    try (Store store = new Store(setting("STORE"), Path.of(setting("STORE_SQL")));
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        consumer.wakeup();
        join(main);
      }));
      consumer.subscribe(List.of("connection", "sleep", "heart-rate").stream()
          .map(topic -> setting("TOPIC_PREFIX") + "." + topic + ".v1")
          .toList());
      while (true) {
        ConsumerRecords<String, String> records = consumer.poll(Duration.ofSeconds(1));
        if (records.isEmpty()) continue;
        store.take(records);
        try {
          consumer.commitSync();
        } catch (CommitFailedException | RebalanceInProgressException moved) {
          // Whoever has the partitions now reads these messages again, and finds their ids in `seen`.
          System.err.println("offsets not committed: " + moved.getMessage());
        }
      }
    } catch (WakeupException asked) {
      // SIGTERM
    }
  }

  private static String setting(String name) {
    String value = System.getenv(name);
    if (value == null || value.isEmpty()) throw new IllegalStateException(name + " is not set; the first lines of Consumer.java show all");
    return value;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static class Store implements AutoCloseable {
    /** Longer than the topics' retention and OUTBOX_RETENTION_HOURS: what cannot be read again need not be remembered. */
    private static final int SEEN_SECONDS = 30 * 86_400;

    private final Connection db;

    Store(String file, Path schema) throws Exception {
      // Whoever writes waits for the others that do, and a transaction begins with the right to write.
      db = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=30000&journal_mode=WAL&transaction_mode=IMMEDIATE");
      String sql = Files.readString(schema).replaceAll("(?m)^--.*$", "");
      try (Statement statement = db.createStatement()) {
        for (String one : sql.split(";")) if (!one.isBlank()) statement.executeUpdate(one);
      }
      run("delete from seen where at < unixepoch() - ?", SEEN_SECONDS);
      db.setAutoCommit(false);
    }

    /** Takes all of them in, or none: a fault undoes the whole batch, which is then read again. */
    void take(ConsumerRecords<String, String> records) throws Exception {
      try {
        for (ConsumerRecord<String, String> record : records) {
          JsonNode value = JSON.readTree(record.value());
          long sequence = Long.parseLong(header(record, "ce_sequence"));
          if (isNews(header(record, "ce_id"), value, sequence)) apply(header(record, "ce_type"), value, sequence);
        }
        db.commit();
      } catch (Exception fault) {
        db.rollback();
        throw fault;
      }
    }

    private boolean isNews(String id, JsonNode value, long sequence) throws SQLException {
      if (run("insert or ignore into seen (id) values (?)", id) == 0) return false;
      try (PreparedStatement query = prepare("select sequence from ended where connection = ?", text(value, "connection"));
          ResultSet ended = query.executeQuery()) {
        return !ended.next() || sequence > ended.getLong(1);
      }
    }

    private void apply(String type, JsonNode value, long sequence) throws SQLException {
      String connection = text(value, "connection");
      JsonNode data = value.get("data");
      JsonNode identity = value.get("identity");
      switch (type) {
        case "accesslink.SleepScored.v1", "accesslink.SleepRevised.v1" -> {
          JsonNode score = data.path("sleepScore").path("sleepScore");
          run("""
              insert into nights (connection, night, user_reference, score, sequence) values (?, ?, ?, ?, ?)
              on conflict do update set score = excluded.score, sequence = excluded.sequence""",
              connection, identity.get(0).asText(), text(value, "userReference"), score.isNumber() ? score.asDouble() : null, sequence);
        }
        case "accesslink.SleepDeleted.v1" ->
            run("delete from nights where connection = ? and night = ?", connection, identity.get(0).asText());
        case "accesslink.HeartRateDayChunk.v1" ->
            run("insert or replace into heart_rate_chunks values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                connection, identity.get(0).asText(), identity.get(1).asText(), data.get("hour").asInt(), data.get("part").asInt(),
                data.get("count").asInt(), data.get("offsetMillis").toString(), data.get("heartRate").toString(), sequence);
        case "accesslink.HeartRateDayUpdated.v1", "accesslink.HeartRateDayFinalized.v1" ->
            keepDay(value, type.equals("accesslink.HeartRateDayFinalized.v1"), sequence);
        case "accesslink.ConsentRevoked.v1", "accesslink.ConnectionRemoved.v1", "accesslink.ConnectionErased.v1" -> {
          if (data.get("deletionRequired").asBoolean()) forget(connection, sequence);
        }
        default -> {
          // Other types, and those that are still to come.
        }
      }
    }

    /** Comes after its chunks, and names all that it has. A chunk that is not named is out of date. */
    private void keepDay(JsonNode value, boolean isFinal, long sequence) throws SQLException {
      String connection = text(value, "connection");
      String day = value.get("identity").get(0).asText();
      String device = value.get("identity").get(1).asText();
      JsonNode data = value.get("data");
      Set<List<Integer>> named = new HashSet<>();
      for (JsonNode chunk : data.get("chunks")) named.add(List.of(chunk.get("hour").asInt(), chunk.get("part").asInt()));
      Set<List<Integer>> outdated = new HashSet<>();
      int samples = 0;
      try (PreparedStatement query = prepare(
              "select hour, part, samples from heart_rate_chunks where connection = ? and day = ? and device = ?", connection, day, device);
          ResultSet chunks = query.executeQuery()) {
        while (chunks.next()) {
          List<Integer> place = List.of(chunks.getInt(1), chunks.getInt(2));
          if (named.contains(place)) samples += chunks.getInt(3);
          else outdated.add(place);
        }
      }
      for (List<Integer> place : outdated) {
        run("delete from heart_rate_chunks where connection = ? and day = ? and device = ? and hour = ? and part = ?",
            connection, day, device, place.get(0), place.get(1));
      }
      int count = data.get("count").asInt();
      run("insert or replace into heart_rate_days values (?, ?, ?, ?, ?, ?, ?, ?)",
          connection, day, device, text(value, "userReference"), count, samples == count, isFinal, sequence);
    }

    /** What was told after the end stays: the athlete may have connected again, and other topics may be ahead of this one. */
    private void forget(String connection, long sequence) throws SQLException {
      for (String table : List.of("nights", "heart_rate_chunks", "heart_rate_days")) {
        run("delete from " + table + " where connection = ? and sequence < ?", connection, sequence);
      }
      run("""
          insert into ended (connection, sequence) values (?, ?)
          on conflict do update set sequence = max(sequence, excluded.sequence)""", connection, sequence);
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
      return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static String text(JsonNode value, String name) {
      return value.get(name).asText();
    }

    /** @return how many rows it changed */
    private int run(String sql, Object... values) throws SQLException {
      try (PreparedStatement statement = prepare(sql, values)) {
        return statement.executeUpdate();
      }
    }

    private PreparedStatement prepare(String sql, Object... values) throws SQLException {
      PreparedStatement statement = db.prepareStatement(sql);
      for (int index = 0; index < values.length; index += 1) statement.setObject(index + 1, values[index]);
      return statement;
    }

    @Override
    public void close() throws SQLException {
      db.close();
    }
  }
}
