/** `node deploy/compose/events.ts`: each event of one tenant as it reaches a Kafka consumer, a line each, until it is stopped. */
import { widthOf } from '../local/quickstart/columns.ts';
import { consumeEvents } from '../local/quickstart/consume.ts';
import { EventPrinter } from '../local/quickstart/printer.ts';
import { need } from './need.ts';

const [brokers, prefix] = [need('KAFKA_BROKERS'), need('TOPIC_PREFIX')];
const say = (line: string): void => console.log(line);
const printer = new EventPrinter(say, widthOf(process.stdout));
let stop = (): Promise<void> => Promise.resolve();
// Before anything else: as process 1 of a container it would not hear a signal without it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    printer.flush();
    void stop().finally(() => process.exit(0));
  });
}

printer.header();
stop = await consumeEvents(brokers, prefix, (event) => printer.print(event), say);
