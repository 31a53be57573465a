import { randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { now } from './now.ts';

/** The only clock of the product, so that a test can set it. */
@Injectable()
export class Clock {
  /** Epoch milliseconds. */
  now(): number {
    return now();
  }
}

/** The only source of randomness of the product. */
@Injectable()
export class Ids {
  uuid(): string {
    return randomUUID();
  }

  /** Bytes that nobody can guess. */
  bytes(count: number): Buffer {
    return randomBytes(count);
  }
}
