import { InvalidParameter } from '../errors.ts'
import { fieldsPattern } from './fields-pattern.ts'
import { jsonPattern } from './json-pattern.ts'
import { PatternError } from './pattern-error.ts'
import { termsPattern } from './terms-pattern.ts'

/** What a pattern found in a message. */
export interface Match {
  /** Fields of a space-delimited pattern, as TestMetricFilter tells them: `$ip`, `$3`. */
  readonly extracted: Readonly<Record<string, string>>
  /** The text of a field: `$.latency` in JSON, `$bytes` or `$3` between spaces. */
  field(selector: string): string | undefined
}

/** A filter pattern, read. */
export interface FilterPattern {
  match(message: string): Match | undefined
}

/**
 * Reads a filter pattern: terms, a JSON expression in braces, or space-delimited fields in brackets.
 *
 * @throws InvalidParameter
 * @see CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription filters, filter log events, and
 * Live Tail"
 */
export function parsePattern(text: string): FilterPattern {
  const pattern = text.trim()
  try {
    if (pattern.startsWith('{')) return jsonPattern(pattern)
    if (pattern.startsWith('[')) return fieldsPattern(pattern)
    return termsPattern(pattern)
  } catch (error) {
    if (error instanceof PatternError) throw new InvalidParameter(`Invalid filter pattern: ${error.message}`)
    throw error
  }
}
