import { describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { BridgeError } from '#core';
import { refusalIn } from './failure.ts';

const answer = (type: string, code: number): Error =>
  new kafkajs.KafkaJSProtocolError(Object.assign(new Error(`the broker says ${type}`), { type, code }) as never);

describe('refusalIn', () => {
  it.each([
    ['MESSAGE_TOO_LARGE', 10, 'too_large'],
    ['TOPIC_AUTHORIZATION_FAILED', 29, 'not_authorised'],
    ['INVALID_TOPIC_EXCEPTION', 17, 'bad_topic'],
    ['UNKNOWN', 87, 'invalid'],
  ])('takes %s (%i) for %s, however deep it is wrapped', (type, code, reason) => {
    const expected = { reason, detail: `the broker says ${type}` };
    expect(refusalIn(answer(type, code))).toEqual(expected);
    expect(refusalIn(new Error('outer', { cause: new AggregateError([answer(type, code)]) }))).toEqual(expected);
  });

  it.each([
    ['a broker that is gone', new kafkajs.KafkaJSConnectionError('connect ECONNREFUSED')],
    ['silence', new Error('Request Produce timed out')],
    ['a leader that moves', answer('NOT_LEADER_FOR_PARTITION', 6)],
    ['copies that are missing', answer('NOT_ENOUGH_REPLICAS', 19)],
    ['a full disk', answer('KAFKA_STORAGE_ERROR', 56)],
    ['a fence', answer('INVALID_PRODUCER_EPOCH', 47)],
    ['rights that the whole publisher lacks', answer('TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 53)],
    [
      'a topic that the cluster may have in a moment',
      new BridgeError('BROKER_UNAVAILABLE', 'waits', { cause: new BridgeError('TOPIC_INVALID', 'too few brokers') }),
    ],
  ])('takes %s for none', (_, error) => {
    expect(refusalIn(error)).toBeUndefined();
  });

  it('takes a topic that the cluster cannot have for a bad one', () => {
    expect(refusalIn(new BridgeError('TOPIC_INVALID', 'too few brokers'))).toEqual({
      reason: 'bad_topic',
      detail: 'too few brokers',
    });
  });
});
