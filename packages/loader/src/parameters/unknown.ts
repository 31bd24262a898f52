import { loadError } from '../errors.ts'
import { didYouMean } from '../suggest.ts'

/**
 * Refuses values for parameters that no stack has: a misspelt name would otherwise change nothing, silently.
 *
 * @throws TerraceError LOAD_UNKNOWN_PARAMETER
 */
export function refuseUnknownParameters(
  given: Readonly<Record<string, string>>,
  declared: ReadonlySet<string>,
  file: string,
): void {
  for (const name of Object.keys(given)) {
    if (declared.has(name)) continue
    const known = [...declared].join(', ') || 'none'
    const message = `there is no parameter "${name}"${didYouMean(name, declared)}`
    throw loadError('LOAD_UNKNOWN_PARAMETER', message, { file }, `parameters: ${known}`)
  }
}
