import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, messageOf, TerraceError } from '@terrace/kit'
import { z } from 'zod'

const definition = z.strictObject({
  /** Of this queue alone, also when another one gets its name. */
  id: z.string(),
  name: z.string(),
  attributes: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  createdAt: z.number(),
  modifiedAt: z.number(),
  /** The resource of the template that it is. */
  node: z.string().optional(),
})

/** What a queue is, apart from its messages. */
export type QueueDefinition = Readonly<z.infer<typeof definition>>

const FILE = 'queue.json'

/** Replaces the file as a whole: after a crash it is the old one or the new one. */
export function writeDefinition(folder: string, of: QueueDefinition): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, FILE)
  writeFileSync(`${file}.new`, JSON.stringify(of), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** From now on there is no queue in that folder. */
export const removeDefinition = (folder: string): void => rmSync(join(folder, FILE), { force: true })

/** Nothing when the queue was never finished. @throws TerraceError SQS_STATE_CORRUPT */
export function readDefinition(folder: string): QueueDefinition | undefined {
  const file = join(folder, FILE)
  try {
    return definition.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined
    throw new TerraceError('SQS_STATE_CORRUPT', `${file} does not hold a queue: ${messageOf(cause)}`, {
      hint: 'remove its folder to lose that queue, or forget all data with: terrace reset',
      place: { file },
      cause,
    })
  }
}
