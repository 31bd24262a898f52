import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, messageOf } from '@terrace/kit'
import { SynthErrors } from '../errors.ts'

/** What `cdk.json` says, as far as a synthesis needs it. */
export interface CdkJson {
  /** Shell command that writes the assembly. */
  readonly app: string
  /** Shell command to run before it. */
  readonly build?: string
  /** Everything else: `context` and the settings of the CDK CLI. */
  readonly settings: Readonly<Record<string, unknown>>
}

/**
 * Reads the `cdk.json` of an app.
 *
 * @throws TerraceError SYNTH_UNREADABLE or SYNTH_NO_APP, with the file
 */
export function readCdkJson(directory: string): CdkJson {
  const file = join(directory, 'cdk.json')
  const settings = readObject(file) ?? {}
  const { app, build } = settings
  if (typeof app !== 'string' || app.trim() === '') throw SynthErrors.noApp(file)
  return { app, settings, ...(typeof build === 'string' ? { build } : {}) }
}

/**
 * The context of a synthesis as the CDK CLI makes it, so that the template is the one that `cdk deploy` sends:
 * `cdk.json`, then `cdk.context.json`, then what was said on the command line, then the CLI's own settings.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/context.html
 */
export function contextOf(
  directory: string,
  { settings }: CdkJson,
  said: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const on = (setting: string) => settings[setting] !== false
  return {
    ...(isObject(settings.context) ? settings.context : {}),
    ...readObject(join(directory, 'cdk.context.json')),
    ...said,
    ...(on('pathMetadata') ? { 'aws:cdk:enable-path-metadata': true } : {}),
    ...(on('assetMetadata') ? { 'aws:cdk:enable-asset-metadata': true } : {}),
    ...(on('versionReporting') ? { 'aws:cdk:version-reporting': true } : { 'aws:cdk:disable-version-reporting': true }),
    ...(on('staging') ? {} : { 'aws:cdk:disable-asset-staging': true }),
    'aws:cdk:bundling-stacks': settings.bundlingStacks ?? ['**'],
  }
}

/** The object in a JSON file; nothing when there is no such file. */
function readObject(file: string): Record<string, unknown> | undefined {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw SynthErrors.unreadable(file, messageOf(error))
  }
  if (isObject(value)) return value
  throw SynthErrors.unreadable(file, 'it holds no JSON object')
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
