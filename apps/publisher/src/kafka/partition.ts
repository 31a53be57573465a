import kafkajs, { type PartitionMetadata } from 'kafkajs';

/** Keys are connections; a lane has few that are busy at the same time. */
const mostRemembered = 10_000;

/**
 * The partition of a key, as every Kafka client has it (murmur2). Told to kafkajs with each message, so that a number of
 * partitions that changes during a retry can't send a message to two of them.
 */
export function createPartitioner(): (topic: string, key: string, partitions: number) => number {
  const partitioner = kafkajs.Partitioners.DefaultPartitioner();
  const byCount = new Map<number, { metadata: PartitionMetadata[]; remembered: Map<string, number> }>();

  const placesOf = (partitions: number): { metadata: PartitionMetadata[]; remembered: Map<string, number> } => {
    const known = byCount.get(partitions);
    if (known !== undefined) return known;
    const metadata = Array.from({ length: partitions }, (_, partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 0,
      replicas: [],
      isr: [],
    }));
    const places = { metadata, remembered: new Map<string, number>() };
    byCount.set(partitions, places);
    return places;
  };

  return (topic, key, partitions) => {
    const { metadata, remembered } = placesOf(partitions);
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const partition = partitioner({ topic, partitionMetadata: metadata, message: { key, value: null } });
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(key, partition);
    return partition;
  };
}
