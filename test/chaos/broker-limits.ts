import { Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from '@platformatic/kafka';

/** Limits of a cluster, as its operator may set them. Not through the proxies. */
export class BrokerLimits {
  readonly #brokers: string;
  readonly #prefix: string;

  /** @param prefix of the topics whose messages are limited */
  constructor(brokers: string, prefix: string) {
    this.#brokers = brokers;
    this.#prefix = prefix;
  }

  /** Every producer together may write so many bytes a second; undefined: as many as they like. */
  async setRoom(bytesPerSecond: number | undefined): Promise<void> {
    const key = 'producer_byte_rate';
    await this.#withAdmin((admin) =>
      admin.alterClientQuotas({
        entries: [
          {
            entities: [{ entityType: 'client-id', entityName: null }],
            ops: [bytesPerSecond === undefined ? { key, remove: true } : { key, value: bytesPerSecond, remove: false }],
          },
        ],
      }),
    );
  }

  /** No message may be larger, in bytes; undefined: as large as the broker has it. */
  async setLargest(bytes: number | undefined): Promise<void> {
    const { SET, DELETE } = IncrementalAlterConfigOperationTypes;
    const name = 'max.message.bytes';
    const config =
      bytes === undefined
        ? ({ name, configOperation: DELETE } as const)
        : ({ name, configOperation: SET, value: String(bytes) } as const);
    await this.#withAdmin(async (admin) => {
      const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(this.#prefix));
      await admin.incrementalAlterConfigs({
        resources: topics.map((resourceName) => ({
          resourceType: ConfigResourceTypes.TOPIC,
          resourceName,
          configs: [config],
        })),
      });
    });
  }

  async #withAdmin(work: (admin: Admin) => Promise<unknown>): Promise<void> {
    const admin = new Admin({ clientId: 'chaos', bootstrapBrokers: this.#brokers.split(','), requestTimeout: 10_000 });
    try {
      await work(admin);
    } finally {
      await admin.close();
    }
  }
}
