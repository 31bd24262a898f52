// Loaded into workloads: imports nothing.

/** Ends what a timer started. */
export type Stop = () => void

/** The time of a process, in milliseconds. Its timers keep the process alive, repeating ones excepted. */
export interface Timers {
  now(): number
  after(delay: number, action: () => void): Stop
  every(interval: number, action: () => void): Stop
  /** In [0, 1). */
  random(): number
}
