import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { digest, LOWER_ALPHANUMERIC, messageOf, TerraceError } from '@terrace/kit'
import type { DbInstance, NodeId } from '@terrace/model'
import { NotEmulated } from '../../gateway/errors.ts'
import type { World } from '../../world.ts'
import type { Snapshots } from './backup/snapshots.ts'
import type { Databases } from './databases.ts'
import { EmbeddedInstance } from './embedded/instance.ts'
import { chooseEngine, type InstalledEngines } from './engine.ts'
import { engineDefaults } from './engine-versions.ts'
import { DbInstanceAlreadyExists, DbInstanceNotFound } from './errors.ts'
import { type RdsEvents, restoredFromSnapshot } from './events.ts'
import type { RdsOptions } from './index.ts'
import type { DatabaseInstance } from './instance.ts'
import { findMariadb } from './mariadb/find.ts'
import { checkSocketPath } from './mariadb/server.ts'
import type { MakeMember, Member, RestoreSource } from './member.ts'
import { InstanceParameters } from './parameters/instance-parameters.ts'
import type { ParameterGroup } from './parameters/parameter-group.ts'
import type { ParameterGroups } from './parameters/parameter-groups.ts'
import { findPostgres } from './postgres/find.ts'
import { resolveReferences } from './references.ts'
import { ServerInstance, type ServerInstanceOptions } from './server-instance.ts'

/** All DB instances: those of the template, and those that were restored from snapshots. */
export class Catalog implements Databases {
  readonly #world: World
  readonly #options: RdsOptions
  readonly #events: RdsEvents
  readonly #snapshots: Snapshots
  readonly #groups: ParameterGroups
  readonly #instances: DatabaseInstance[] = []
  readonly #restoredFile: string
  #installed: InstalledEngines = { mariadb: undefined, postgres: undefined }

  constructor(
    world: World,
    options: RdsOptions,
    parts: { readonly events: RdsEvents; readonly snapshots: Snapshots; readonly groups: ParameterGroups },
  ) {
    this.#world = world
    this.#options = options
    this.#events = parts.events
    this.#snapshots = parts.snapshots
    this.#groups = parts.groups
    this.#restoredFile = join(world.folders.data, 'rds', 'restored.json')
  }

  get all(): readonly DatabaseInstance[] {
    return this.#instances
  }

  of(id: NodeId): DatabaseInstance {
    const found = this.#instances.find(({ node }) => node === id)
    if (found) return found
    throw new TerraceError('RDS_NO_SUCH_DATABASE', `no database has the id ${id}`, { blame: 'internal' })
  }

  /** By identifier, which knows no case, or by ARN. */
  find(wanted: string): DatabaseInstance | undefined {
    return this.#instances.find(
      ({ identifier, definition }) => identifier === wanted.toLowerCase() || definition.arn === wanted,
    )
  }

  /** @throws DbInstanceNotFound */
  get(wanted: string): DatabaseInstance {
    const found = this.find(wanted)
    if (found) return found
    throw new DbInstanceNotFound(wanted)
  }

  /** @throws DbInstanceNotFound; NotEmulated for an embedded one, which is a file of the application's */
  server(wanted: string): ServerInstance {
    const found = this.get(wanted)
    if (found instanceof ServerInstance) return found
    throw new NotEmulated(`this operation on ${found.identifier}, which is embedded and has no server,`)
  }

  /** Starts those of the template and those that were restored before. */
  async start(nodes: readonly DbInstance[]): Promise<void> {
    const restored = this.#readRestored()
    const all = [...nodes, ...restored]
    if (all.length > 0) {
      const [mariadb, postgres] = await Promise.all([
        this.#options.embedded === 'forced' ? undefined : findMariadb(),
        all.some(({ engine }) => engine === 'postgres') ? findPostgres() : undefined,
      ])
      this.#installed = { mariadb, postgres }
    }
    for (const node of all) this.#instances.push(this.#make(node))
    const outcomes = await Promise.allSettled(this.#instances.map(instance => instance.start()))
    const failure = outcomes.find(outcome => outcome.status === 'rejected')
    if (failure) {
      await this.stop()
      throw failure.reason
    }
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.#instances.map(instance => instance.stop()))
  }

  /**
   * A new instance like another one, with data from a backup; it is `creating` when this returns.
   * @throws DbInstanceAlreadyExists
   */
  restore(
    like: DbInstance,
    identifier: string,
    options: { readonly changes: Partial<DbInstance>; readonly source: RestoreSource; readonly group?: ParameterGroup },
  ): ServerInstance {
    if (this.find(identifier)) throw new DbInstanceAlreadyExists()
    const { region, account } = this.#world.architecture
    const definition: DbInstance = {
      ...like,
      id: `rds/${identifier}`,
      physicalId: identifier,
      identifier,
      arn: `arn:aws:rds:${region}:${account}:db:${identifier}`,
      resourceId: resourceIdOf(identifier),
      endpoint: `${identifier}.${digest(`endpoint ${identifier}`, 12, LOWER_ALPHANUMERIC)}.${region}.rds.amazonaws.com`,
      deletionProtection: false,
      ...options.changes,
    }
    const instance = this.#make(definition, options.source)
    if (!(instance instanceof ServerInstance)) {
      throw new NotEmulated(`restoring ${identifier} as an embedded database`)
    }
    if (options.group) instance.parameters.attach(options.group)
    this.#instances.push(instance)
    void instance
      .start()
      .catch((error: unknown) => {
        const message = `${identifier}: it could not be restored: ${messageOf(error)}`
        this.#world.journal.write({ kind: 'rds.restore.failed', node: instance.node, message })
      })
      .then(() => this.#writeRestored())
    return instance
  }

  /** Removes an instance and its data. */
  async delete(instance: ServerInstance): Promise<void> {
    await instance.delete()
    this.#instances.splice(this.#instances.indexOf(instance), 1)
    await rm(join(this.#world.folders.data, 'rds', instance.identifier), { recursive: true, force: true })
    await this.#writeRestored()
  }

  async finalSnapshots(): Promise<readonly string[]> {
    const taken: string[] = []
    for (const instance of this.#instances) {
      const policy = instance.definition.origin.deletionPolicy ?? 'Snapshot'
      if (policy !== 'Snapshot' || !(instance instanceof ServerInstance)) continue
      await instance.untilBackedUp()
      if (instance.status !== 'available') continue
      // CloudFormation names it after the stack and the logical id, with something random behind.
      const { stack, logicalId } = instance.definition.origin
      const suffix = this.#world.random.text(12, LOWER_ALPHANUMERIC)
      const identifier = `${stack}-snapshot-${logicalId}-${suffix}`.toLowerCase()
      await this.#snapshots.create(instance, identifier, 'manual')
      taken.push(identifier)
    }
    return taken
  }

  #make(named: DbInstance, restoreFrom?: RestoreSource): DatabaseInstance {
    const { identifier, engine, engineVersion, resourceId = resourceIdOf(identifier) } = named
    const node = { ...named, resourceId, engineVersion: engineDefaults(engine, engineVersion).version }
    const choice = chooseEngine(node, this.#options.embedded, this.#installed)
    if (choice.engine === 'embedded') return new EmbeddedInstance(node, this.#world)
    const common = {
      engine: choice.engine,
      events: this.#events,
      pace: this.#options.pace ?? 'fast',
      parameters: new InstanceParameters(this.#groups.of(node), () => node),
      restoreFrom: () => restoreFrom ?? this.#startingSnapshot(node),
    } satisfies Partial<ServerInstanceOptions>
    if (choice.engine === 'mariadb') {
      const { programs } = choice
      return new ServerInstance(node, this.#world, {
        ...common,
        server: `MariaDB ${programs.version}`,
        makeMember: async needs => {
          const { MariadbMember } = await import('./mariadb/member.ts')
          return this.#members(
            node,
            content => place => new MariadbMember({ ...content, ...place, programs, needs }, this.#world),
          )
        },
      })
    }
    const { programs } = choice
    return new ServerInstance(node, this.#world, {
      ...common,
      server: `PostgreSQL ${programs.version}`,
      makeMember: async needs => {
        const { PostgresMember } = await import('./postgres/member.ts')
        return this.#members(
          node,
          content => place => new PostgresMember({ ...content, ...place, programs, needs }, this.#world),
        )
      },
    })
  }

  /** What all members of an instance have in common, and their sockets. */
  async #members(
    node: DbInstance,
    make: (common: MemberCommon) => (place: { number: 1 | 2; zone: string; socket: string }) => Member,
  ): Promise<MakeMember> {
    const [masterUsername, masterPassword] = await Promise.all([
      resolveReferences(this.#world, node.masterUsername),
      resolveReferences(this.#world, node.masterPassword),
    ])
    const { folders, secureRandom } = this.#world
    const makeOne = make({
      name: node.identifier,
      templates: this.#options.templates,
      folder: join(folders.data, 'rds', node.identifier),
      content: { databaseName: node.databaseName, masterUsername, masterPassword },
      adminPassword: secureRandom.text(32, LOWER_ALPHANUMERIC),
    })
    return ({ number, zone }) => {
      const socket = join(folders.run, `db-${digest(node.identifier, 6)}-${number}`, String(node.port))
      checkSocketPath(node.identifier, socket)
      return makeOne({ number, zone, socket })
    }
  }

  #startingSnapshot({ identifier, snapshotIdentifier: wanted, origin }: DbInstance): RestoreSource | undefined {
    if (wanted === undefined) return undefined
    const found = this.#snapshots.all.find(snapshot => snapshot.identifier === wanted.toLowerCase())
    if (found) return { path: found.path, event: restoredFromSnapshot(found.identifier) }
    const known = this.#snapshots.all.map(snapshot => snapshot.identifier).join(', ') || 'none'
    throw new TerraceError(
      'RDS_NO_SUCH_SNAPSHOT',
      `the database ${identifier} starts from the snapshot ${wanted}, which is not here; known: ${known}`,
      {
        place: origin.place,
        hint: 'take it with CreateDBSnapshot in a run of this system, or leave DBSnapshotIdentifier out',
      },
    )
  }

  #readRestored(): readonly DbInstance[] {
    return existsSync(this.#restoredFile) ? JSON.parse(readFileSync(this.#restoredFile, 'utf8')) : []
  }

  async #writeRestored(): Promise<void> {
    const restored = this.#instances.filter(({ node, status }) => node.startsWith('rds/') && status !== 'failed')
    await mkdir(dirname(this.#restoredFile), { recursive: true, mode: 0o700 })
    await writeFile(this.#restoredFile, JSON.stringify(restored.map(({ definition }) => definition)), { mode: 0o600 })
  }
}

/** `db-…` of an instance that no template names. */
const resourceIdOf = (identifier: string): string => `db-${digest(`resource ${identifier}`, 26, UPPER_ALPHANUMERIC)}`

const UPPER_ALPHANUMERIC = LOWER_ALPHANUMERIC.toUpperCase()

/** What is the same for both members. */
export interface MemberCommon {
  readonly name: string
  readonly templates: string | undefined
  readonly folder: string
  readonly content: {
    readonly databaseName: string | undefined
    readonly masterUsername: string
    readonly masterPassword: string
  }
  readonly adminPassword: string
}
