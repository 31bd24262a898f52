/** One kind of thing that `npm run new` makes: a folder here and a row in `kinds.ts`. */
export interface Kind {
  /** What is typed after `npm run new`: `service <name>`. */
  readonly usage: string
  /** A call that would work: `service dynamodb`. */
  readonly example: string
  /**
   * Makes it.
   *
   * @param words    what was typed after the kind
   * @param project  the project's folder
   * @returns what was made, and what to do next
   * @throws TerraceError when it can't be made: before anything is changed, if it is what was typed
   */
  make(words: readonly string[], project: string): string
}
