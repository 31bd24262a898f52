import { type FilterPattern, parsePattern } from './pattern.ts'

/** Patterns that filters hold: each is read once, however many events it is held against. */
export class PatternCache {
  readonly #patterns = new Map<string, FilterPattern>()

  /** @throws InvalidParameter */
  of(text: string): FilterPattern {
    const known = this.#patterns.get(text)
    if (known) return known
    const pattern = parsePattern(text)
    this.#patterns.set(text, pattern)
    return pattern
  }
}
