import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, errnoOf, type Instant, messageOf, TerraceError } from '@terrace/kit'
import { type Architecture, nodesOf, type Parameter } from '@terrace/model'
import type { Folders } from '../../folders.ts'
import {
  HierarchyLevelLimitExceeded,
  InvalidParameter,
  ParameterAlreadyExists,
  ParameterNotFound,
  ParameterPatternMismatch,
  ParameterVersionNotFound,
} from './errors.ts'
import { LARGEST_VALUE_BYTES, LONGEST_NAME, MOST_LEVELS, MOST_VERSIONS } from './limits.ts'
import { publicParameter } from './public-parameters.ts'

export type ParameterType = 'String' | 'StringList'
export type ParameterTier = keyof typeof LARGEST_VALUE_BYTES

/** One version of a parameter. */
export interface ParameterVersion {
  readonly version: number
  readonly type: ParameterType
  readonly value: string
  readonly modified: Instant
  readonly description?: string | undefined
  readonly tier: ParameterTier
}

/** A parameter with its versions, the newest first. */
export interface StoredParameter {
  readonly name: string
  readonly arn: string
  readonly versions: readonly [ParameterVersion, ...ParameterVersion[]]
  /** The value that the template had, for parameters of the template. */
  readonly templateValue?: string | undefined
}

/** A parameter as it is asked for: the newest version, or the one that a selector such as `:3` names. */
export interface FoundParameter extends ParameterVersion {
  readonly name: string
  readonly arn: string
  readonly selector?: string
}

export interface NewParameter {
  readonly name: string
  readonly value: string
  /** Absent: as it is. */
  readonly type?: ParameterType | undefined
  readonly description?: string | undefined
  readonly overwrite: boolean
  readonly tier?: ParameterTier | undefined
}

interface Surroundings {
  readonly architecture: Architecture
  readonly clock: Clock
  readonly folders: Folders
}

/** The parameters of a template and those that were put. */
export class ParametersState {
  readonly #architecture: Architecture
  readonly #clock: Clock
  readonly #file: string
  readonly #parameters: Map<string, StoredParameter>

  /** @throws TerraceError SSM_STATE_CORRUPT */
  constructor({ architecture, clock, folders }: Surroundings) {
    this.#architecture = architecture
    this.#clock = clock
    const folder = join(folders.data, 'ssm')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#file = join(folder, 'parameters.json')
    this.#parameters = new Map(readParameters(this.#file).map(parameter => [parameter.name, parameter]))
    this.#bringUp(nodesOf(architecture, 'parameter'))
  }

  /** In the order of their names. */
  get all(): readonly StoredParameter[] {
    return [...this.#parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /**
   * @param reference  name or ARN, optionally with `:version`
   * @throws ParameterNotFound, ParameterVersionNotFound
   */
  get(reference: string): FoundParameter {
    const { name, selector } = splitReference(reference)
    const stored = this.#parameters.get(name) ?? this.#parameters.get(`/${name}`)
    if (!stored) return this.#public(name)
    const version =
      selector === undefined ? stored.versions[0] : stored.versions.find(each => String(each.version) === selector)
    if (!version) throw new ParameterVersionNotFound(name, selector ?? '')
    return {
      ...version,
      name: stored.name,
      arn: stored.arn,
      ...(selector === undefined ? {} : { selector: `:${selector}` }),
    }
  }

  /** @throws ParameterAlreadyExists, ParameterPatternMismatch, HierarchyLevelLimitExceeded, InvalidParameter */
  put(parameter: NewParameter): ParameterVersion {
    refuseImpossible(parameter)
    const { name, overwrite } = parameter
    const present = this.#parameters.get(name)
    if (present && !overwrite) throw new ParameterAlreadyExists()
    const type = parameter.type ?? present?.versions[0].type
    if (!type) throw new InvalidParameter('A parameter type is required when you create a parameter.')
    const version = this.#add(name, { ...parameter, type }, present, present?.templateValue)
    this.#save()
    return version
  }

  /** @throws ParameterNotFound */
  delete(name: string): void {
    if (!this.#parameters.delete(name)) throw new ParameterNotFound()
    this.#save()
  }

  /** `arn:aws:ssm:us-east-1:123456789012:parameter/a/b` for `/a/b` as well as for `a/b`. */
  arnOf(reference: string): string {
    const name = splitReference(reference).name.replace(/^\//, '')
    const { region, account } = this.#architecture
    return `arn:aws:ssm:${region}:${account}:parameter/${name}`
  }

  /** Brings the template's parameters up to date, and takes away those it no longer has, as an update of the stack would. */
  #bringUp(nodes: readonly Parameter[]): void {
    const names = new Set(nodes.map(node => node.name))
    for (const stored of this.all) {
      if (stored.templateValue !== undefined && !names.has(stored.name)) this.#parameters.delete(stored.name)
    }
    for (const { name, type, value } of nodes) {
      const present = this.#parameters.get(name)
      if (present?.templateValue !== value) this.#add(name, { value, type }, present, value)
    }
    this.#save()
  }

  #add(
    name: string,
    {
      type,
      value,
      description,
      tier = 'Standard',
    }: Pick<NewParameter, 'value' | 'description' | 'tier'> & { type: ParameterType },
    present: StoredParameter | undefined,
    templateValue: string | undefined,
  ): ParameterVersion {
    const [newest, ...older] = present?.versions ?? []
    const version: ParameterVersion = {
      version: (newest?.version ?? 0) + 1,
      type,
      value,
      modified: this.#clock.now(),
      description: description ?? newest?.description,
      tier: tier === 'Intelligent-Tiering' ? tierFor(value) : tier,
    }
    const versions = [version, ...(newest ? [newest] : []), ...older.slice(0, MOST_VERSIONS - 2)] as const
    this.#parameters.set(name, { name, arn: this.arnOf(name), versions, templateValue })
    return version
  }

  #public(name: string): FoundParameter {
    const value = publicParameter(name)
    if (value === undefined) throw new ParameterNotFound()
    // AWS's own parameters belong to no account.
    const arn = `arn:aws:ssm:${this.#architecture.region}::parameter${name}`
    return { name, arn, value, type: 'String', version: 1, modified: this.#clock.now(), tier: 'Standard' }
  }

  #save(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.all), { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
  }
}

const tierFor = (value: string): ParameterTier =>
  Buffer.byteLength(value) > LARGEST_VALUE_BYTES.Standard ? 'Advanced' : 'Standard'

function splitReference(reference: string): { readonly name: string; readonly selector: string | undefined } {
  const inArn = /^arn:[^:]*:ssm:[^:]*:\d*:parameter(\/.*)$/.exec(reference)?.[1]
  const [name = '', selector] = (inArn ?? reference).split(':')
  // An ARN has one slash whether the name begins with one or not; a name with further slashes always does.
  const plain = inArn !== undefined && !name.slice(1).includes('/') ? name.slice(1) : name
  return { name: plain, selector }
}

function refuseImpossible({ name, value, type, tier = 'Standard' }: NewParameter): void {
  if (!/^[\w.\-/]+$/.test(name) || name.length > LONGEST_NAME || /^\/?(aws|ssm)/i.test(name) || name.includes('//')) {
    throw new ParameterPatternMismatch()
  }
  if (name.includes('/') && !name.startsWith('/'))
    throw new InvalidParameter('Parameter name must be a fully qualified name.')
  if (name.split('/').filter(Boolean).length > MOST_LEVELS) throw new HierarchyLevelLimitExceeded(MOST_LEVELS)
  if (value === '') throw new InvalidParameter('The parameter value cannot be empty.')
  if (type === 'StringList' && value.split(',').some(item => item === '')) {
    throw new InvalidParameter('A StringList value cannot have empty items.')
  }
  if (Buffer.byteLength(value) > LARGEST_VALUE_BYTES[tier]) {
    throw new InvalidParameter(
      `${tier} tier parameters support a maximum parameter value of ${LARGEST_VALUE_BYTES[tier]} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`,
    )
  }
}

function readParameters(file: string): readonly StoredParameter[] {
  try {
    const parameters: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (!Array.isArray(parameters)) throw new Error('it is no list')
    return parameters
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return []
    throw new TerraceError('SSM_STATE_CORRUPT', `${file} does not hold parameters: ${messageOf(cause)}`, {
      hint: 'remove that file to lose the parameters that were put, or forget all data with: terrace reset',
      place: { file },
      cause,
    })
  }
}
