/** A stretch of keys: from `from` to before `to`, and of that what comes after `after` in the direction it is read. */
export interface RowRange {
  readonly from: string
  readonly to: string
  readonly backwards?: boolean
  /** The key that an earlier page has ended with. */
  readonly after?: string | undefined
}

/** Comes after everything that keys are made of. */
export const END = '~'
