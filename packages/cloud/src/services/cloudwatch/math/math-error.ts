/** An expression that is none, or can't be computed; the operation that was given it answers with the message. */
export class MathError extends Error {
  override readonly name = 'MathError'
}

/** A function that AWS has and the local cloud doesn't. */
export class MathNotEmulated extends Error {
  override readonly name = 'MathNotEmulated'
  /** Such as `the function SEARCH of metric math`. */
  readonly what: string

  constructor(what: string) {
    super(`${what} is not emulated`)
    this.what = what
  }
}
