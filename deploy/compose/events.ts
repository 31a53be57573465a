/** `node deploy/compose/events.ts`: each event of one tenant as it reaches a Kafka consumer, a line each, until it is stopped. */
import { consumeEvents } from '../local/quickstart/consume.ts';
import { EventPrinter } from '../local/quickstart/printer.ts';
import { need } from './need.ts';

const say = (line: string): void => console.log(line);
const printer = new EventPrinter(say);
printer.header();
const stop = await consumeEvents(need('KAFKA_BROKERS'), need('TOPIC_PREFIX'), (event) => printer.print(event), say);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    printer.flush();
    void stop().then(() => process.exit(0));
  });
}
