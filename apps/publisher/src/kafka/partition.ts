import kafkajs, { type PartitionMetadata } from 'kafkajs';

/**
 * The partition of a key, as every Kafka client has it (murmur2). Told to kafkajs with each message, so that a number of
 * partitions that changes during a retry can't send a message to two of them.
 */
export function createPartitioner(): (topic: string, key: string, partitions: number) => number {
  const partitioner = kafkajs.Partitioners.DefaultPartitioner();
  const metadata = new Map<number, PartitionMetadata[]>();
  return (topic, key, partitions) => {
    let partitionMetadata = metadata.get(partitions);
    if (partitionMetadata === undefined) {
      partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
        partitionId,
        partitionErrorCode: 0,
        leader: 0,
        replicas: [],
        isr: [],
      }));
      metadata.set(partitions, partitionMetadata);
    }
    return partitioner({ topic, partitionMetadata, message: { key, value: null } });
  };
}
