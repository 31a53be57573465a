/** One run of a process of the simulation, from its start to its crash. What it holds in memory dies with it. */
export class Process {
  readonly name: string;
  /** How far its clock is off, in ms. */
  skewMs: number;
  isDead = false;
  /** Epoch ms: it stands still before, as after a SIGSTOP. */
  frozenUntil = 0;

  constructor(name: string, skewMs = 0) {
    this.name = name;
    this.skewMs = skewMs;
  }
}
