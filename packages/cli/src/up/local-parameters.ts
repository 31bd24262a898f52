import { readFileSync } from 'node:fs'
import { templateFilesOf } from '../synth/assembly-check.ts'
import type { Source } from '../synth/source.ts'

/**
 * The parameters that the local cloud sets, when the template declares them and the user didn't say otherwise: the
 * public domain is under `localhost`, public URLs carry the port that stands for 443, and databases have no TLS.
 */
export function localParameters(
  source: Source,
  name: string,
  publicPort: number,
  said: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const declared = declaredNames(source)
  const local = { DomainName: `${name}.localhost`, PublicPortSuffix: `:${publicPort}`, DatabaseTls: 'off' }
  return { ...Object.fromEntries(Object.entries(local).filter(([parameter]) => declared(parameter))), ...said }
}

/** Tells whether some template of the source declares a parameter; a template that can't be read declares none. */
function declaredNames(source: Source): (parameter: string) => boolean {
  const files = source.kind === 'template' ? [source.file] : templateFilesOf(source.directory)
  const sections = files.map(parameterSection)
  return parameter => sections.some(declares => declares(parameter))
}

function parameterSection(file: string): (parameter: string) => boolean {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return () => false
  }
  try {
    const { Parameters: parameters } = JSON.parse(text) ?? {}
    return parameter => Object.hasOwn(parameters ?? {}, parameter)
  } catch {
    // Not JSON. A few names are all that is wanted of the YAML, and the loader reads it properly right after.
    const section = /^(["']?)Parameters\1[ \t]*:(.*(?:\r?\n(?:[ \t#].*)?)*)/m.exec(text)?.[2] ?? ''
    return parameter => new RegExp(`(^|[\\s{,])(["']?)${parameter}\\2[ \\t]*:`, 'm').test(section)
  }
}
