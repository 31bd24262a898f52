import { DEFAULT_SCALING, type LibraryOptions } from './props.ts'

/** Looks one option up: what `-c name=value` gave, or undefined. */
export type Lookup = (name: string) => unknown

/**
 * What may be chosen on the command line: `-c variant=cdn|web-tier`, `-c min=1|2`, `-c firewall=none|managed`,
 * `-c protect=false|true`. The first of each is the default, but `min`, which is 2.
 *
 * @throws when a value is none of those, or `firewall` is asked for where there is no CDN
 */
export function optionsFrom(lookup: Lookup): LibraryOptions {
  const min = Number(oneOf(lookup, 'min', ['2', '1']))
  const firewall = oneOf(lookup, 'firewall', ['none', 'managed'])
  const common = {
    scaling: { ...DEFAULT_SCALING, min },
    deletionProtection: oneOf(lookup, 'protect', ['false', 'true']) === 'true',
  }
  if (oneOf(lookup, 'variant', ['cdn', 'web-tier']) === 'cdn') return { ...common, entry: 'cdn', firewall }
  if (firewall === 'managed') throw new Error('firewall=managed stands before the CDN, which variant=web-tier has not')
  return { ...common, entry: 'web-tier', webScaling: { ...DEFAULT_SCALING, min } }
}

function oneOf<const V extends string>(lookup: Lookup, name: string, allowed: readonly [V, ...V[]]): V {
  const given = lookup(name)
  if (given === undefined) return allowed[0]
  const found = allowed.find(value => value === String(given))
  if (found) return found
  throw new Error(`option ${name}=${String(given)} is not known; give one of ${allowed.join(', ')}`)
}
