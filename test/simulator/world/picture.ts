import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import type { Body } from '../document/fill.ts';
import { random } from '../random.ts';
import type { Profile } from './profile.ts';

/** An athlete's picture; `turn` counts the pictures. */
export interface Picture {
  readonly athlete: Profile;
  readonly turn: number;
}

export type PictureSize = 'small' | 'medium' | 'large';

const PIXELS: Readonly<Record<PictureSize, number>> = { small: 8, medium: 16, large: 32 };
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** What the ledger keeps of a picture: enough to recognise its bytes. */
export function pictureSummary(picture: Picture): Body {
  const bytes = pictureBytes(picture, 'large');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { size: 'large', contentType: 'image/png', length: bytes.length, sha256 };
}

/** A PNG with a pattern of its own. */
export function pictureBytes({ athlete, turn }: Picture, size: PictureSize): Buffer {
  const width = PIXELS[size];
  const draw = random(`${athlete.key}/picture/${turn}`);
  const [red, green, blue] = [draw.int(0, 255), draw.int(0, 255), draw.int(0, 255)];
  // Each line begins with its filter: none.
  const lines = Array.from({ length: width }, (_, y) => [
    0,
    ...Array.from({ length: width }, (_, x) => [
      (red + x * 7) % 256,
      (green + y * 5) % 256,
      (blue + x * y) % 256,
    ]).flat(),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  // Eight bits per channel, red, green and blue.
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(lines.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, check]);
}
