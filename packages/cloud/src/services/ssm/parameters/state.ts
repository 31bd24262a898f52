import type { Clock } from '@terrace/kit'
import { type Architecture, nodesOf, type Parameter } from '@terrace/model'
import type { Folders } from '../../../folders.ts'
import {
  HierarchyTypeMismatch,
  InvalidParameter,
  ParameterAlreadyExists,
  ParameterMaxVersionLimitExceeded,
  ParameterNotFound,
  ParameterVersionLabelLimitExceeded,
  ParameterVersionNotFound,
  TooManyTagsError,
} from '../errors.ts'
import { LONGEST_LABEL, MOST_LABELS, MOST_TAGS, MOST_VERSIONS } from '../limits.ts'
import { publicParameter } from '../public-parameters.ts'
import { splitReference } from './names.ts'
import type { FoundParameter, NewParameter, ParameterVersion, StoredParameter } from './parameter.ts'
import { ParametersFile } from './stored.ts'
import { tierFor } from './value.ts'

interface Surroundings {
  readonly architecture: Architecture
  readonly clock: Clock
  readonly folders: Folders
}

/** Labels that were taken as they are asked for, and those that no version can have. */
export interface LabelResult {
  readonly done: readonly string[]
  readonly invalid: readonly string[]
  readonly version: number
}

/** The parameters of a template and those that were put. A change that can't be written is not made at all. */
export class ParametersState {
  readonly #architecture: Architecture
  readonly #clock: Clock
  readonly #file: ParametersFile
  #parameters: ReadonlyMap<string, StoredParameter>

  /** @throws TerraceError SSM_STATE_CORRUPT */
  constructor({ architecture, clock, folders }: Surroundings) {
    this.#architecture = architecture
    this.#clock = clock
    this.#file = new ParametersFile(folders)
    this.#parameters = new Map(this.#file.read().map(parameter => [parameter.name, parameter]))
    this.#bringUp(nodesOf(architecture, 'parameter'))
  }

  /** In the order of their names. */
  get all(): readonly StoredParameter[] {
    return [...this.#parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** @param reference  name or ARN; a selector is left aside */
  find(reference: string): StoredParameter | undefined {
    const { name } = splitReference(reference)
    return this.#parameters.get(name) ?? this.#parameters.get(`/${name}`)
  }

  /** @throws ParameterNotFound */
  require(reference: string): StoredParameter {
    const found = this.find(reference)
    if (!found) throw new ParameterNotFound()
    return found
  }

  /**
   * @param reference  name or ARN, optionally with `:version` or `:label`
   * @throws ParameterNotFound, ParameterVersionNotFound
   */
  get(reference: string): FoundParameter {
    const { name, selector } = splitReference(reference)
    const stored = this.find(reference)
    if (!stored) return this.#public(name)
    const version =
      selector === undefined
        ? stored.versions[0]
        : stored.versions.find(each => String(each.version) === selector || each.labels?.includes(selector))
    if (!version) throw new ParameterVersionNotFound(name, selector ?? '')
    return {
      ...version,
      name: stored.name,
      arn: stored.arn,
      ...(selector === undefined ? {} : { selector: `:${selector}` }),
    }
  }

  /** Whether a put of that name could be made, before its value is encrypted. @throws as `put` */
  check({ name, type, overwrite, tier, tags }: Omit<NewParameter, 'value'>): void {
    const present = this.#parameters.get(name)
    if (present && !overwrite) throw new ParameterAlreadyExists()
    if (overwrite && tags !== undefined) {
      throw new InvalidParameter(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
      )
    }
    const newest = present?.versions[0]
    if (!newest && !type) throw new InvalidParameter('A parameter type is required when you create a parameter.')
    if (newest && type && newest.type !== type) throw new HierarchyTypeMismatch()
    if (newest?.tier === 'Advanced' && tier === 'Standard') {
      throw new InvalidParameter(
        "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
      )
    }
    const oldest = present?.versions.at(-1)
    if (present && oldest && present.versions.length >= MOST_VERSIONS && oldest.labels?.length) {
      throw new ParameterMaxVersionLimitExceeded(name, oldest.version)
    }
    if (Object.keys(tags ?? {}).length > MOST_TAGS) throw new TooManyTagsError()
  }

  /**
   * @param plainValue  what decides the tier, where the value itself is encrypted
   * @throws ParameterAlreadyExists, InvalidParameter, HierarchyTypeMismatch, ParameterMaxVersionLimitExceeded, TooManyTagsError
   */
  put(parameter: NewParameter, plainValue = parameter.value): ParameterVersion {
    this.check(parameter)
    const changed = this.#withVersion(parameter, plainValue, this.#parameters.get(parameter.name))
    this.#keep(new Map(this.#parameters).set(parameter.name, changed))
    return changed.versions[0]
  }

  /** The template has other parameters, or says something else of some. @param changed  their names */
  bringAgain(changed: readonly string[]): void {
    this.#bringUp(nodesOf(this.#architecture, 'parameter'), new Set(changed))
  }

  /** @throws ParameterNotFound */
  delete(reference: string): void {
    const { name } = this.require(reference)
    this.#keep(new Map([...this.#parameters].filter(([each]) => each !== name)))
  }

  /**
   * Gives labels to a version; one that another version had moves.
   *
   * @param version  absent: the newest
   * @throws ParameterNotFound, ParameterVersionNotFound, ParameterVersionLabelLimitExceeded
   * @see Systems Manager API Reference "LabelParameterVersion"
   */
  label(name: string, version: number | undefined, labels: readonly string[]): LabelResult {
    const stored = this.require(name)
    const target = versionOf(stored, version)
    const [valid, invalid] = partition(labels, isLabel)
    const after = new Set([...(target.labels ?? []), ...valid])
    if (after.size > MOST_LABELS) throw new ParameterVersionLabelLimitExceeded()
    this.#replaceVersions(stored, each => ({
      ...each,
      labels: each === target ? [...after] : (each.labels ?? []).filter(label => !valid.includes(label)),
    }))
    return { done: valid, invalid, version: target.version }
  }

  /** @throws ParameterNotFound, ParameterVersionNotFound */
  unlabel(name: string, version: number, labels: readonly string[]): LabelResult {
    const stored = this.require(name)
    const target = versionOf(stored, version)
    const [done, invalid] = partition(labels, label => target.labels?.includes(label) ?? false)
    this.#replaceVersions(stored, each =>
      each === target ? { ...each, labels: (each.labels ?? []).filter(label => !done.includes(label)) } : each,
    )
    return { done, invalid, version: target.version }
  }

  /** @param tags  all of them, as they are from now on @throws ParameterNotFound, TooManyTagsError */
  setTags(name: string, tags: Readonly<Record<string, string>>): void {
    const stored = this.require(name)
    if (Object.keys(tags).length > MOST_TAGS) throw new TooManyTagsError()
    this.#keep(new Map(this.#parameters).set(stored.name, { ...stored, tags }))
  }

  /** `arn:aws:ssm:us-east-1:123456789012:parameter/a/b` for `/a/b` as well as for `a/b`. */
  arnOf(reference: string): string {
    const name = splitReference(reference).name.replace(/^\//, '')
    const { region, account } = this.#architecture
    return `arn:aws:ssm:${region}:${account}:parameter/${name}`
  }

  /** Brings the template's parameters up to date, and takes away those it no longer has, as an update of the stack would. */
  /** @param changed  the names that an update is about: each gets a new version; absent: all are compared */
  #bringUp(nodes: readonly Parameter[], changed?: ReadonlySet<string>): void {
    const names = new Set(nodes.map(node => node.name))
    const next = new Map(
      [...this.#parameters].filter(([name, { templateValue }]) => templateValue === undefined || names.has(name)),
    )
    for (const { name, type, value, description, allowedPattern, tier, dataType, tags } of nodes) {
      const present = next.get(name)
      if (changed ? !changed.has(name) : present?.templateValue === value) continue
      const made = { name, type, value, description, allowedPattern, tier, dataType, overwrite: true }
      next.set(name, { ...this.#withVersion(made, value, present), tags, templateValue: value })
    }
    this.#keep(next)
  }

  #withVersion(
    { name, type, value, keyId, user, description, allowedPattern, dataType, tier, tags }: NewParameter,
    plainValue: string,
    present: StoredParameter | undefined,
  ): StoredParameter {
    const [newest, ...older] = present?.versions ?? []
    const version: ParameterVersion = {
      version: (newest?.version ?? 0) + 1,
      type: type ?? newest?.type ?? 'String',
      value,
      keyId,
      user,
      modified: this.#clock.now(),
      description: description ?? newest?.description,
      allowedPattern: allowedPattern ?? newest?.allowedPattern,
      dataType: dataType ?? newest?.dataType,
      tier: tier === 'Intelligent-Tiering' ? tierFor(plainValue) : (tier ?? newest?.tier ?? 'Standard'),
    }
    const versions = [version, ...(newest ? [newest] : []), ...older.slice(0, MOST_VERSIONS - 2)] as const
    const { templateValue } = present ?? {}
    return { name, arn: this.arnOf(name), versions, tags: tags ?? present?.tags, templateValue }
  }

  #replaceVersions(stored: StoredParameter, change: (version: ParameterVersion) => ParameterVersion): void {
    const [newest, ...older] = stored.versions
    const versions = [change(newest), ...older.map(change)] as const
    this.#keep(new Map(this.#parameters).set(stored.name, { ...stored, versions }))
  }

  #public(name: string): FoundParameter {
    const value = publicParameter(name)
    if (value === undefined) throw new ParameterNotFound()
    // AWS's own parameters belong to no account.
    const arn = `arn:aws:ssm:${this.#architecture.region}::parameter${name}`
    return { name, arn, value, type: 'String', version: 1, modified: this.#clock.now(), tier: 'Standard' }
  }

  #keep(parameters: ReadonlyMap<string, StoredParameter>): void {
    this.#file.write([...parameters.values()])
    this.#parameters = parameters
  }
}

function versionOf(stored: StoredParameter, version: number | undefined): ParameterVersion {
  const found = version === undefined ? stored.versions[0] : stored.versions.find(each => each.version === version)
  if (!found) throw new ParameterVersionNotFound(stored.name, String(version))
  return found
}

/** @see Systems Manager User Guide "Working with parameter labels" */
const isLabel = (label: string): boolean =>
  /^[A-Za-z_.-][\w.-]*$/.test(label) && label.length <= LONGEST_LABEL && !/^(aws|ssm)/i.test(label)

const partition = (items: readonly string[], passes: (item: string) => boolean) =>
  [items.filter(passes), items.filter(item => !passes(item))] as const
