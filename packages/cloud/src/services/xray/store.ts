import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, messageOf, TerraceError } from '@terrace/kit'
import { z } from 'zod'

const rule = z.strictObject({
  name: z.string(),
  resourceArn: z.string(),
  priority: z.number(),
  fixedRate: z.number(),
  reservoirSize: z.number(),
  serviceName: z.string(),
  serviceType: z.string(),
  host: z.string(),
  httpMethod: z.string(),
  urlPath: z.string(),
  attributes: z.record(z.string(), z.string()),
  created: z.number(),
  modified: z.number(),
  /** The template has it. */
  isOfTemplate: z.boolean(),
})

const group = z.strictObject({
  name: z.string(),
  arn: z.string(),
  filter: z.string().optional(),
  isOfTemplate: z.boolean(),
})

const content = z.strictObject({
  rules: z.array(rule),
  groups: z.array(group),
  /** By ARN. */
  tags: z.record(z.string(), z.record(z.string(), z.string())),
})

/** Whom to sample, and how much. Times in milliseconds. */
export type StoredRule = Readonly<z.infer<typeof rule>>

/** Traces that a filter finds, under a name. */
export type StoredGroup = Readonly<z.infer<typeof group>>

type Content = Readonly<z.infer<typeof content>>

/** Rules, groups and tags, which stay until `terrace reset`: one file of JSON. Only what is in the file has happened. */
export class Settings {
  readonly #file: string
  #content: Content

  /** @param data  the folder of the system's data @throws TerraceError XRAY_STATE_CORRUPT */
  constructor(data: string) {
    this.#file = join(data, 'xray', 'settings.json')
    this.#content = read(this.#file)
  }

  get rules(): readonly StoredRule[] {
    return this.#content.rules
  }

  get groups(): readonly StoredGroup[] {
    return this.#content.groups
  }

  tagsOf(arn: string): Readonly<Record<string, string>> {
    return this.#content.tags[arn] ?? {}
  }

  setRules(rules: readonly StoredRule[]): void {
    this.#keep({ ...this.#content, rules: [...rules] })
  }

  setGroups(groups: readonly StoredGroup[]): void {
    this.#keep({ ...this.#content, groups: [...groups] })
  }

  setTags(arn: string, tags: Readonly<Record<string, string>>): void {
    const { [arn]: _, ...others } = this.#content.tags
    const isNone = Object.keys(tags).length === 0
    this.#keep({ ...this.#content, tags: isNone ? others : { ...others, [arn]: { ...tags } } })
  }

  #keep(next: Content): void {
    mkdirSync(join(this.#file, '..'), { recursive: true, mode: 0o700 })
    writeFileSync(`${this.#file}.new`, JSON.stringify(next), { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
    this.#content = next
  }
}

function read(file: string): Content {
  try {
    return content.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return { rules: [], groups: [], tags: {} }
    throw new TerraceError('XRAY_STATE_CORRUPT', `${file} does not hold rules and groups: ${messageOf(cause)}`, {
      hint: 'remove that file to lose them, or forget all data with: terrace reset',
      place: { file },
      cause,
    })
  }
}
