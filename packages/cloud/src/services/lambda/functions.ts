import type { Stop } from '@terrace/kit'
import { EventBus } from '@terrace/kit'
import type { World } from '../../world.ts'
import { unreservedOf } from './concurrency.ts'
import { InvalidParameterValueException, ResourceConflictException, ResourceNotFoundException } from './errors.ts'
import type { Alias, CodePackage, FunctionRecord, FunctionSettings, FunctionVersion } from './function.ts'
import { LEAST_UNRESERVED } from './limits.ts'
import { arnOf, type FunctionName, isVersion, LATEST } from './names.ts'
import type { Store } from './store.ts'

/** A function as an invocation means it: which version runs, and under which name it was asked for. */
export interface Resolved {
  readonly record: FunctionRecord
  readonly version: FunctionVersion
  /** Absent: no version or alias was asked for. */
  readonly qualifier?: string
  /** As it was asked for. */
  readonly arn: string
}

type Surroundings = Pick<World, 'architecture' | 'clock' | 'journal' | 'random'>

/** The functions of the account. */
export class Functions {
  readonly #world: Surroundings
  readonly #store: Store
  readonly #byName = new Map<string, FunctionRecord>()
  readonly #changes = new EventBus<{ readonly kind: string; readonly name: string }>()

  constructor(world: Surroundings, store: Store) {
    this.#world = world
    this.#store = store
    for (const record of store.kept.functions) this.#byName.set(record.name, record)
  }

  /** By name. */
  list(): readonly FunctionRecord[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  find(name: string): FunctionRecord | undefined {
    return this.#byName.get(name)
  }

  /** @throws ResourceNotFoundException */
  get(of: FunctionName): FunctionRecord {
    const found = this.#byName.get(of.name)
    if (found) return found
    throw new ResourceNotFoundException(`Function not found: ${this.arnOf(of)}`)
  }

  /** The version that a qualifier means now: an alias with weights gives each of its versions its share. */
  resolve(of: FunctionName): Resolved {
    const record = this.get(of)
    const { qualifier = LATEST } = of
    const alias = record.aliases.find(({ name }) => name === qualifier)
    const version = versionOf(record, alias ? this.#choose(alias) : qualifier)
    if (!version) throw new ResourceNotFoundException(`Function not found: ${this.arnOf(of)}`)
    return { record, version, arn: this.arnOf(of), ...(of.qualifier === undefined ? {} : { qualifier: of.qualifier }) }
  }

  /** @throws ResourceConflictException */
  create(
    name: string,
    settings: FunctionSettings,
    code: CodePackage,
    rest: Partial<Pick<FunctionRecord, 'node' | 'tags'>> = {},
  ): FunctionRecord {
    if (this.#byName.has(name)) throw new ResourceConflictException(`Function already exist: ${name}`)
    const record: FunctionRecord = {
      name,
      latest: this.#version(LATEST, settings, code),
      published: [],
      nextVersion: 1,
      aliases: [],
      policies: {},
      invokeConfigs: {},
      tags: {},
      ...rest,
    }
    this.replace(record)
    this.#tell('created', record)
    return record
  }

  /** Changes `$LATEST`. */
  update(record: FunctionRecord, settings: FunctionSettings, code: CodePackage): FunctionRecord {
    const changed = this.replace({ ...record, latest: this.#version(LATEST, settings, code) })
    this.#tell('updated', changed)
    return changed
  }

  /** Gives `$LATEST` a number; one that is the same as the newest version keeps that one's. */
  publish(record: FunctionRecord, description?: string): FunctionVersion {
    const { latest, published, nextVersion } = record
    const newest = published.at(-1)
    const settings = description === undefined ? latest.settings : { ...latest.settings, description }
    if (newest && same(newest, { ...latest, settings })) return newest
    const version = this.#version(String(nextVersion), settings, latest.code)
    this.replace({ ...record, published: [...published, version], nextVersion: nextVersion + 1 })
    return version
  }

  /** @throws ResourceConflictException when an alias points to the version */
  deleteVersion(record: FunctionRecord, version: string): void {
    const alias = record.aliases.find(each => each.version === version || version in each.weights)
    if (alias) {
      const message = `Version '${version}' cannot be deleted because it is used by alias '${alias.name}'.`
      throw new ResourceConflictException(message)
    }
    this.replace({ ...record, published: record.published.filter(each => each.version !== version) })
  }

  delete(record: FunctionRecord): void {
    this.#byName.delete(record.name)
    this.#keep()
    this.#tell('deleted', record)
    this.#changes.publish({ kind: 'changed', name: record.name })
  }

  /** @throws InvalidParameterValueException when too little would be left for the others */
  reserve(record: FunctionRecord, reservedConcurrency: number | undefined): FunctionRecord {
    const { reservedConcurrency: _, ...rest } = record
    const changed = reservedConcurrency === undefined ? rest : { ...rest, reservedConcurrency }
    const others = this.list().filter(({ name }) => name !== record.name)
    if (unreservedOf([...others, changed]) < LEAST_UNRESERVED) {
      throw new InvalidParameterValueException(
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED}].`,
      )
    }
    return this.replace(changed)
  }

  replace(record: FunctionRecord): FunctionRecord {
    this.#byName.set(record.name, record)
    this.#keep()
    this.#changes.publish({ kind: 'changed', name: record.name })
    return record
  }

  /** A new revision id. */
  revision(): string {
    return this.#world.random.uuid()
  }

  arnOf(of: FunctionName): string {
    return arnOf(this.#world.architecture, of)
  }

  /** Tells the name of a function that has changed, or is gone. */
  onChange(listener: (name: string) => void): Stop {
    return this.#changes.subscribe(({ name }) => listener(name))
  }

  #version(version: string, settings: FunctionSettings, code: CodePackage): FunctionVersion {
    return { version, settings, code, modified: this.#world.clock.now(), revision: this.revision() }
  }

  #choose({ version, weights }: Alias): string {
    let rest = this.#world.random.next()
    for (const [other, weight] of Object.entries(weights)) {
      if (rest < weight) return other
      rest -= weight
    }
    return version
  }

  #keep(): void {
    this.#store.keep({ functions: this.list().filter(({ node }) => node === undefined) })
  }

  #tell(what: 'created' | 'updated' | 'deleted', { name, node }: FunctionRecord): void {
    this.#world.journal.write({
      kind: `lambda.${what}`,
      ...(node === undefined ? {} : { node }),
      message: `the function ${name} was ${what}`,
      details: { function: name },
    })
  }
}

/** The version with that number, or `$LATEST`. */
export const versionOf = ({ latest, published }: FunctionRecord, version: string): FunctionVersion | undefined =>
  version === LATEST ? latest : isVersion(version) ? published.find(each => each.version === version) : undefined

const same = (one: FunctionVersion, other: FunctionVersion): boolean =>
  one.code.sha256 === other.code.sha256 && JSON.stringify(one.settings) === JSON.stringify(other.settings)
