import { basename, dirname } from 'node:path'
import { CliErrors } from '../errors.ts'

/** Longest name, in characters: it is a DNS label (63) and part of socket paths. */
const MAX_NAME_LENGTH = 40

/** Whether a text can be the name of a system: a DNS label in lower case. */
export const isName = (text: string): boolean =>
  /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text) && text.length <= MAX_NAME_LENGTH

/** Names that CDK gives to every assembly and that say nothing. */
const ANONYMOUS = new Set(['cdk.out', 'assembly', 'out', 'dist'])

/**
 * The name that a directory or a template file gives to its system: `shop` for `examples/Shop.template.json`, and the
 * directory above for a `cdk.out`.
 *
 * @throws TerraceError CLI_NAMELESS_TARGET
 */
export function nameOf(path: string): string {
  const last = ANONYMOUS.has(basename(path)) ? basename(dirname(path)) : basename(path)
  const name = last
    .replace(/\.(json|ya?ml|template)$/i, '')
    .replace(/\.template$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_NAME_LENGTH)
    .replace(/^-+|-+$/g, '')
  if (name === '') throw CliErrors.namelessTarget(path)
  return name
}
