import { readFile } from 'node:fs/promises'
import { errnoOf } from '@terrace/kit'
import { loadError } from '../errors.ts'
import { readJson } from './read-json.ts'
import { readYaml } from './read-yaml.ts'
import type { MappingNode } from './template-node.ts'

/**
 * Reads a template file, YAML or JSON, whatever its name ends in.
 *
 * @returns its top level
 * @throws TerraceError LOAD_NOT_A_TEMPLATE when it is missing, empty, binary or no mapping; LOAD_SYNTAX
 */
export async function readTemplate(file: string): Promise<MappingNode> {
  return parseTemplate(await contentOf(file), file)
}

/** The same for text that is already in memory; `file` is named in errors. */
export function parseTemplate(text: string, file: string): MappingNode {
  if (text.trim() === '') throw notATemplate('the file is empty', file)
  if (text.includes('\0')) throw notATemplate('the file is binary', file)
  const isJson = text.trimStart().startsWith('{') && !/\.ya?ml$/i.test(file)
  const root = isJson ? readJson(text, file) : readYaml(text, file)
  if (root?.kind !== 'mapping') throw notATemplate('the file holds no mapping at its top level', file)
  return root
}

async function contentOf(file: string): Promise<string> {
  try {
    const bytes = await readFile(file)
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    if (errnoOf(cause) === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw notATemplate('the file is binary', file)
    const reason = errnoOf(cause) === 'ENOENT' ? 'the file does not exist' : 'the file cannot be read'
    throw loadError('LOAD_NOT_A_TEMPLATE', reason, { file }, undefined, cause)
  }
}

const notATemplate = (what: string, file: string) =>
  loadError(
    'LOAD_NOT_A_TEMPLATE',
    `not a CloudFormation template: ${what}`,
    { file },
    'a template is YAML or JSON with a "Resources" section',
  )
