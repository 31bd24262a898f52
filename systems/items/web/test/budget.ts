/** What the first list may cost, in the browser. 1 KB = 1,000 bytes. */
export const BUDGET = {
  /** Compressed script before the first row is in sight. */
  scriptBytesBeforeList: 130_000,
  /** Compressed script in all. */
  scriptBytes: 230_000,
  /** Until the first row is in sight, on this machine's own network with a processor slowed down fourfold. */
  listVisibleMs: 1_000,
  layoutShift: 0.05,
} as const

export const SLOW_DOWN = 4
