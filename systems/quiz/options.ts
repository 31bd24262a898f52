import type { QuizOptions } from './props.ts'

/** Looks one option up: what `-c name=value` gave, or undefined. */
export type Lookup = (name: string) => unknown

/**
 * What may be chosen on the command line: `-c policies=shipped|original`, `-c database=instance|rds`,
 * `-c late=ABANDON|CONTINUE`, `-c protect=false|true`. The first of each is the default.
 *
 * @throws when a value is none of those
 */
export const optionsFrom = (lookup: Lookup): QuizOptions => ({
  policies: oneOf(lookup, 'policies', ['shipped', 'original']),
  database: oneOf(lookup, 'database', ['instance', 'rds']),
  lateLaunch: oneOf(lookup, 'late', ['ABANDON', 'CONTINUE']),
  deletionProtection: oneOf(lookup, 'protect', ['false', 'true']) === 'true',
})

function oneOf<const V extends string>(lookup: Lookup, name: string, allowed: readonly [V, ...V[]]): V {
  const given = lookup(name)
  if (given === undefined) return allowed[0]
  const found = allowed.find(value => value === String(given))
  if (found) return found
  throw new Error(`option ${name}=${String(given)} is not known; give one of ${allowed.join(', ')}`)
}
