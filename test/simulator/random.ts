/** Randomness that depends on nothing but a key, so that the same seed tells the same story, in whatever order it is asked. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** An integer, both ends included. */
  int(min: number, max: number): number;
  /** A number with so many decimals. */
  float(min: number, max: number, decimals: number): number;
  pick<T>(list: readonly T[]): T;
  chance(probability: number): boolean;
}

/** FNV-1a with a final avalanche: an unsigned 32-bit hash. */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return avalanche(h);
}

/** A hash of two integers: noise that needs no string and no state. */
export function noise(a: number, b: number): number {
  return avalanche(Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b));
}

/** A UUID, of version 4 by its form. */
export function uuidOf(key: string): string {
  const hex = [0, 1, 2, 3].map((part) => hash(`${key}/${part}`).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export function random(key: string): Random {
  let state = hash(key);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    return avalanche(state) / 2 ** 32;
  };
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    int,
    float: (min, max, decimals) => {
      const scale = 10 ** decimals;
      // Plus zero, since JSON has no negative one.
      return Math.round((min + next() * (max - min)) * scale) / scale + 0;
    },
    pick: (list) => {
      const found = list[int(0, list.length - 1)];
      if (found === undefined) throw new Error('picked from an empty list');
      return found;
    },
    chance: (probability) => next() < probability,
  };
}

function avalanche(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}
