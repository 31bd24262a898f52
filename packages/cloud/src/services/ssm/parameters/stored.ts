import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, messageOf, TerraceError } from '@terrace/kit'
import { z } from 'zod'
import type { Folders } from '../../../folders.ts'
import type { StoredParameter } from './parameter.ts'

const version = z.object({
  version: z.int(),
  type: z.enum(['String', 'StringList', 'SecureString']),
  value: z.string(),
  keyId: z.string().optional(),
  modified: z.number(),
  user: z.string().optional(),
  description: z.string().optional(),
  allowedPattern: z.string().optional(),
  tier: z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']),
  dataType: z.enum(['text', 'aws:ec2:image']).optional(),
  labels: z.array(z.string()).optional(),
})

const stored: z.ZodType<StoredParameter> = z.object({
  name: z.string(),
  arn: z.string(),
  versions: z.tuple([version], version),
  tags: z.record(z.string(), z.string()).optional(),
  templateValue: z.string().optional(),
})

/** The file of the parameters, which the user alone can read. */
export class ParametersFile {
  readonly #file: string

  constructor(folders: Folders) {
    const folder = join(folders.data, 'ssm')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#file = join(folder, 'parameters.json')
  }

  /** @throws TerraceError SSM_STATE_CORRUPT */
  read(): readonly StoredParameter[] {
    try {
      return z.array(stored).parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch (cause) {
      if (errnoOf(cause) === 'ENOENT') return []
      throw new TerraceError('SSM_STATE_CORRUPT', `${this.#file} does not hold parameters: ${messageOf(cause)}`, {
        hint: 'remove that file to lose the parameters that were put, or forget all data with: terrace reset',
        place: { file: this.#file },
        cause,
      })
    }
  }

  write(parameters: readonly StoredParameter[]): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(parameters), { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
  }
}
