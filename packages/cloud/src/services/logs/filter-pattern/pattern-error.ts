/** A pattern that is none. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
}
