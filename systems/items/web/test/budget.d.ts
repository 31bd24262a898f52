/** What the first list may cost, in the browser. 1 KB = 1,000 bytes. */
export declare const BUDGET: {
  /** Compressed script before the first row is in sight. */
  readonly scriptBytesBeforeList: 130000
  /** Compressed script in all. */
  readonly scriptBytes: 230000
  /** Until the first row is in sight, on this machine's own network with a processor slowed down fourfold. */
  readonly listVisibleMs: 1000
  readonly layoutShift: 0.05
}
export declare const SLOW_DOWN = 4
