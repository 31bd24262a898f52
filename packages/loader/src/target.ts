import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errnoOf } from '@terrace/kit'
import { loadError } from './errors.ts'

/** What can be loaded. */
export type Target =
  | { readonly kind: 'template'; readonly file: string }
  /** What `cdk synth` writes, a directory with a `manifest.json`. */
  | { readonly kind: 'assembly'; readonly directory: string }

/**
 * Tells from a path which kind of target it is: a directory with a `manifest.json` (or that file) is a cloud assembly,
 * any other file a template.
 *
 * @throws TerraceError LOAD_NO_TARGET for anything else, saying what was expected
 */
export async function targetOf(path: string): Promise<Target> {
  const kind = await kindOf(path)
  if (kind === 'file') {
    return basename(path) === 'manifest.json'
      ? { kind: 'assembly', directory: dirname(path) }
      : { kind: 'template', file: path }
  }
  if (kind === 'missing') throw noTarget(path, 'there is no such file or directory')
  if ((await kindOf(join(path, 'manifest.json'))) === 'file') return { kind: 'assembly', directory: path }
  throw noTarget(path, 'the directory has no manifest.json')
}

async function kindOf(path: string): Promise<'file' | 'directory' | 'missing'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file'
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT' || errnoOf(cause) === 'ENOTDIR') return 'missing'
    throw loadError('LOAD_NO_TARGET', 'the path cannot be read', { file: path }, undefined, cause)
  }
}

const noTarget = (path: string, why: string) =>
  loadError(
    'LOAD_NO_TARGET',
    `neither a template nor a cloud assembly: ${why}`,
    { file: path },
    'give a CloudFormation template (YAML or JSON), or the directory that "cdk synth" writes',
  )
