import { hash, random } from '../random.ts';

/** Who an athlete is: all of it follows from the seed and a running number, so a crowd of strangers costs nothing. */
export interface Profile {
  /** What every random draw about this athlete starts with. */
  readonly key: string;
  readonly serial: number;
  readonly client: string;
  /** Unique over all clients. */
  readonly name: string;
  readonly polarUserId: number;
  readonly utcOffsetMinutes: number;
  /** Eight hex digits. */
  readonly deviceId: string;
  /** Ends with the device id, as observed live. */
  readonly deviceUuid: string;
  readonly birthday: string;
  readonly sex: 'SEX_MALE' | 'SEX_FEMALE';
  readonly weightKg: number;
  readonly heightCm: number;
  readonly restingHeartRate: number;
}

const NAMES = ['aino', 'eero', 'ilona', 'juho', 'kaisa', 'lauri', 'meri', 'onni', 'pihla', 'risto', 'saana', 'tuomas'];
const OFFSETS = [-480, -300, -180, 0, 60, 120, 120, 180, 330, 540];

export function profile(seed: string, serial: number, client: string): Profile {
  const key = `${seed}/${serial}`;
  const draw = random(`${key}/profile`);
  const deviceId = hash(`${key}/device`).toString(16).toUpperCase().padStart(8, '0');
  return {
    key,
    serial,
    client,
    name: `${draw.pick(NAMES)}-${serial}`,
    polarUserId: 60_000_000 + serial,
    utcOffsetMinutes: draw.pick(OFFSETS),
    deviceId,
    deviceUuid: `0e030000-0084-0000-0000-0000${deviceId}`,
    birthday: `${draw.int(1960, 2006)}-0${draw.int(1, 9)}-1${draw.int(0, 9)}`,
    sex: draw.pick(['SEX_MALE', 'SEX_FEMALE'] as const),
    weightKg: draw.float(50, 98, 1),
    heightCm: draw.int(155, 198),
    restingHeartRate: draw.int(42, 66),
  };
}

/** Whoever: the name under which the ledger has what is the same for all athletes of a client. */
export function everyone(seed: string, client: string): Profile {
  const nobody = profile(seed, 0, client);
  return { ...nobody, key: `${seed}/shared/${client}`, name: `${client}/*`, polarUserId: 0, utcOffsetMinutes: 0 };
}
