import type { Resource } from '#core';
import type { Published } from '#store';
import { bookkeepingOf } from '../bookkeeping.ts';
import { PublishedStreams, type EventMessage } from './published.ts';

/** What a cluster has. */
export interface TopicLog {
  /**
   * Reads committed messages from a moment on, to where each partition ends now.
   * @throws BridgeError TOPIC_INVALID when the cluster lacks a topic
   */
  read(topics: readonly string[], since: Date, onMessage: (message: EventMessage) => void): Promise<void>;
  /** The positions that a group has committed, by partition; 0 where there is none. */
  positions(group: string, topic: string): Promise<ReadonlyMap<number, number>>;
}

export interface Reading {
  readonly log: TopicLog;
  readonly deployment: string;
  /** Topics of events. */
  readonly topics: readonly string[];
  readonly resources: readonly Resource[];
  readonly since: Date;
  /** Told now and then how many messages were read. */
  readonly progress: (messages: number) => void;
}

const tellEvery = 50_000;

export async function readPublished({
  log,
  deployment,
  topics,
  resources,
  since,
  progress,
}: Reading): Promise<Published> {
  const streams = new PublishedStreams(resources);
  const { group, topic } = bookkeepingOf(deployment);
  const lanes = await log.positions(group, topic);
  let messages = 0;
  await log.read(topics, since, (message) => {
    streams.add(message);
    messages += 1;
    if (messages % tellEvery === 0) progress(messages);
  });
  progress(messages);
  return { streams: streams.all(), lanes };
}
