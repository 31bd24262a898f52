import { z } from 'zod'
import { shape, wireList } from '../../../gateway/api.ts'
import { ValidationError } from '../errors.ts'

/** `Filters` of a request. */
export const wireFilters = () => wireList(shape({ Name: z.string(), Values: wireList(z.string()) }))

/**
 * A test for things: each filter must have one of its values among the thing's.
 * @param known  names of filters; one that ends in `:` stands for all that begin with it
 * @throws ValidationError for a filter that isn't known
 */
export function readFilters(
  filters: readonly { readonly Name: string; readonly Values: readonly string[] }[] | undefined,
  known: readonly string[],
): (valuesOf: (filter: string) => readonly string[]) => boolean {
  for (const { Name } of filters ?? []) {
    if (!known.some(name => (name.endsWith(':') ? Name.startsWith(name) : Name === name)))
      throw new ValidationError(`Filter type ${Name} is not correct. Allowed Filter types are: ${known.join(' ')}`)
  }
  return valuesOf => (filters ?? []).every(({ Name, Values }) => valuesOf(Name).some(value => Values.includes(value)))
}
