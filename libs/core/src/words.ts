/** How long something lasts, for people. */
export function span(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 1) return 'less than a second';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 259_200) return `${rounded(seconds / 3600)} h`;
  return `${rounded(seconds / 86_400)} days`;
}

const rounded = (value: number): string => value.toFixed(1).replace('.0', '');

export function times(count: number, what: string): string {
  return `${figure(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** In groups of three, which no line break parts. */
export function figure(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, '\u{a0}');
}

/** The first few, and how many more there are. */
export function listed(names: readonly string[], most: number): string {
  const left = names.length - most;
  if (left > 0) return `${names.slice(0, most).join(', ')} and ${figure(left)} more`;
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter(Boolean).join(' and ');
}

/** The time of day, and the day where it is another one. */
export function momentOf(at: number, now: number): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T');
  const isToday = new Date(now).toISOString().startsWith(day);
  return `${isToday ? '' : `${day} `}${time.slice(0, 5)} UTC`;
}

/** How large something is, for people. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${rounded(bytes / 1000)} kB`;
  return `${rounded(bytes / 1_000_000)} MB`;
}
