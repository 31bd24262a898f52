/** A pattern as it is matched: every field that it names, all of which must match, and its alternatives. */
export interface Pattern {
  readonly fields: readonly PatternField[]
  /** Of each `$or`, one must match. */
  readonly alternatives: readonly (readonly Pattern[])[]
}

export interface PatternField {
  readonly name: string
  /** What is below it, or what its value must be: one of them is enough. */
  readonly is: Pattern | readonly Condition[]
}

/** One condition on a value. */
export interface Condition {
  /** The value, or nothing when the field isn't there. */
  matches(value: Leaf | undefined): boolean
}

/** A value that is neither an object nor a list. */
export type Leaf = string | number | boolean | null
