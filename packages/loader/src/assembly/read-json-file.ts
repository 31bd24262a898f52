import { readFile } from 'node:fs/promises'
import { errnoOf, messageOf } from '@terrace/kit'
import type { ZodType } from 'zod'
import { loadError } from '../errors.ts'

/**
 * Reads a JSON file of a cloud assembly and checks its shape.
 *
 * @throws TerraceError LOAD_BAD_ASSEMBLY naming the file and what is wrong in it
 */
export async function readJsonFile<T>(file: string, schema: ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await parsedJson(file))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const where = issue?.path.join('.') || 'the top level'
  throw broken(file, `${where}: ${issue?.message.toLowerCase() ?? 'wrong shape'}`)
}

async function parsedJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw broken(file, errnoOf(cause) === 'ENOENT' ? 'the file is missing' : messageOf(cause), cause)
  }
}

const broken = (file: string, what: string, cause?: unknown) =>
  loadError(
    'LOAD_BAD_ASSEMBLY',
    `not a cloud assembly: ${what}`,
    { file },
    'synthesize it again with "cdk synth"',
    cause,
  )
