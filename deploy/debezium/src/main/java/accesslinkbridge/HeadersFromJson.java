package accesslinkbridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Makes one Kafka header of each member of a JSON object that the event router has put into a single header, and drops that
 * one. Behind io.debezium.transforms.outbox.EventRouter with `table.fields.additional.placement=headers:header`. With it a
 * topic reads the same whether our publisher or Debezium writes it.
 */
public class HeadersFromJson<R extends ConnectRecord<R>> implements Transformation<R> {
  private static final String FIELD = "headers";
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public R apply(R record) {
    Header packed = record.headers().lastWithName(FIELD);
    if (packed == null) return record;
    Headers headers = record.headers().duplicate();
    headers.remove(FIELD);
    members(packed).properties().forEach(one -> headers.add(one.getKey(), one.getValue().asText(), Schema.STRING_SCHEMA));
    return record.newRecord(
        record.topic(),
        record.kafkaPartition(),
        record.keySchema(),
        record.key(),
        record.valueSchema(),
        record.value(),
        record.timestamp(),
        headers);
  }

  private static JsonNode members(Header packed) {
    try {
      JsonNode members = JSON.readTree(String.valueOf(packed.value()));
      if (members != null && members.isObject()) return members;
    } catch (IOException error) {
      throw new DataException("the outbox's column " + FIELD + " holds no JSON", error);
    }
    throw new DataException("the outbox's column " + FIELD + " holds no JSON object");
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef();
  }

  @Override
  public void configure(Map<String, ?> settings) {}

  @Override
  public void close() {}
}
