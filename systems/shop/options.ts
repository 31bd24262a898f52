import { DEFAULT_SCALING, type ShopOptions } from './props.ts'
import { MISTAKES } from './stacks/mistakes/mistakes.ts'

/** Looks one option up: what `-c name=value` gave, or undefined. */
export type Lookup = (name: string) => unknown

/**
 * What may be chosen on the command line: `-c min=2|1`, `-c protect=false|true`,
 * `-c mistake=none|narrow-endpoint|schema-race|not-ready`. The first of each is the default.
 *
 * @throws when a value is none of those
 */
export const optionsFrom = (lookup: Lookup): ShopOptions => ({
  scaling: { ...DEFAULT_SCALING, min: Number(oneOf(lookup, 'min', ['2', '1'])) },
  deletionProtection: oneOf(lookup, 'protect', ['false', 'true']) === 'true',
  mistake: oneOf(lookup, 'mistake', MISTAKES),
})

function oneOf<const V extends string>(lookup: Lookup, name: string, allowed: readonly [V, ...V[]]): V {
  const given = lookup(name)
  if (given === undefined) return allowed[0]
  const found = allowed.find(value => value === String(given))
  if (found) return found
  throw new Error(`option ${name}=${String(given)} is not known; give one of ${allowed.join(', ')}`)
}
