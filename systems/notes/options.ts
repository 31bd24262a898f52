import { DEFAULT_SCALING, type NotesOptions } from './props.ts'

/** Looks one option up: what `-c name=value` gave, or undefined. */
export type Lookup = (name: string) => unknown

/**
 * What may be chosen on the command line: `-c min=2|3|4` tasks, `-c protect=false|true`. The first of each is the default.
 *
 * @throws when a value is none of those
 */
export function optionsFrom(lookup: Lookup): NotesOptions {
  const min = Number(oneOf(lookup, 'min', ['2', '3', '4']))
  return {
    scaling: { ...DEFAULT_SCALING, min, desired: min },
    deletionProtection: oneOf(lookup, 'protect', ['false', 'true']) === 'true',
  }
}

function oneOf<const V extends string>(lookup: Lookup, name: string, allowed: readonly [V, ...V[]]): V {
  const given = lookup(name)
  if (given === undefined) return allowed[0]
  const found = allowed.find(value => value === String(given))
  if (found) return found
  throw new Error(`option ${name}=${String(given)} is not known; give one of ${allowed.join(', ')}`)
}
