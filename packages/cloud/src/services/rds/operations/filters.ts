import { z } from 'zod'
import { shape, wireList } from '../../../gateway/api.ts'
import { InvalidParameterValue } from '../errors.ts'

/** The member `Filters` of an operation. RDS API Reference, "Filter". */
export const FILTERS = {
  Filters: wireList(shape({ Name: z.string(), Values: wireList(z.string()) })).optional(),
}

/** What the filters of an operation look at, by their names: all values of an item that may match. */
export type Filterable<T> = Readonly<Record<string, (item: T) => readonly (string | undefined)[]>>

/**
 * The items that fit every filter: each names one of the values. @throws InvalidParameterValue for a filter that the
 * operation doesn't have
 */
export function filtered<T>(
  items: readonly T[],
  filters: readonly { readonly Name: string; readonly Values: readonly string[] }[] | undefined,
  known: Filterable<T>,
): readonly T[] {
  return (filters ?? []).reduce<readonly T[]>((left, { Name, Values }) => {
    const valuesOf = Object.hasOwn(known, Name) ? known[Name] : undefined
    if (!valuesOf) throw new InvalidParameterValue(`Unrecognized filter name: ${Name}`)
    return left.filter(item => valuesOf(item).some(value => value !== undefined && Values.includes(value)))
  }, items)
}
