import { bookkeepingOf } from '../bookkeeping.ts';

export type Operation = 'Read' | 'Write' | 'Create' | 'Describe' | 'DescribeConfigs' | 'Alter' | 'Delete';

/** What somebody may do with whatever has a name, or begins with it. */
export interface Right {
  /** Such as `User:publisher`. */
  readonly principal: string;
  readonly resource: 'topic' | 'group' | 'transactional-id';
  readonly name: string;
  readonly pattern: 'literal' | 'prefixed';
  readonly operations: readonly Operation[];
}

export interface Publishing {
  readonly principal: string;
  readonly deployment: string;
  /** Of the tenants' topics. */
  readonly prefixes: readonly string[];
}

export interface Consuming {
  readonly principal: string;
  readonly group: string;
  readonly prefixes: readonly string[];
}

/** All that a publisher does at the brokers, and nothing else. */
export function publisherRights({ principal, deployment, prefixes }: Publishing): readonly Right[] {
  const { group, topic } = bookkeepingOf(deployment);
  return [
    ...onTopics(principal, prefixes, ['Write', 'Create', 'Describe', 'DescribeConfigs']),
    // A position that is committed in a transaction asks for the right to read its topic.
    {
      principal,
      resource: 'topic',
      name: topic,
      pattern: 'literal',
      operations: ['Read', 'Create', 'Describe', 'DescribeConfigs', 'Alter'],
    },
    // Of the lanes, of what is parked, and of replays, whose groups go when they are done.
    { principal, resource: 'group', name: group, pattern: 'prefixed', operations: ['Read', 'Describe', 'Delete'] },
    {
      principal,
      resource: 'transactional-id',
      name: `${deployment}-`,
      pattern: 'prefixed',
      operations: ['Write', 'Describe'],
    },
  ];
}

export function consumerRights({ principal, group, prefixes }: Consuming): readonly Right[] {
  return [
    ...onTopics(principal, prefixes, ['Read', 'Describe']),
    { principal, resource: 'group', name: group, pattern: 'literal', operations: ['Read', 'Describe'] },
  ];
}

const onTopics = (principal: string, prefixes: readonly string[], operations: readonly Operation[]): readonly Right[] =>
  prefixes.map((prefix) => ({ principal, resource: 'topic', name: `${prefix}.`, pattern: 'prefixed', operations }));

/** As commands of Kafka's own tools. */
export function aclCommand(brokers: string, { principal, resource, name, pattern, operations }: Right): string {
  const allowed = operations.map((operation) => `--operation ${operation}`).join(' ');
  return `kafka-acls.sh --bootstrap-server ${brokers} --add --allow-principal '${principal}' ${allowed} --${resource} '${name}' --resource-pattern-type ${pattern}`;
}
