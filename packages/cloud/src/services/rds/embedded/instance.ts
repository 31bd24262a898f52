import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type DbInstance, subnetsOf } from '@terrace/model'
import type { World } from '../../../world.ts'
import type { DatabaseMember, DatabaseStatus } from '../databases.ts'
import type { DatabaseInstance } from '../instance.ts'
import { embeddedLimitations } from '../limitations.ts'

/**
 * A DB instance as a SQLite file that the application opens by itself, so that nothing has to be installed. The
 * application is told by `DATABASE_URL`; the endpoint's name leads nowhere.
 */
export class EmbeddedInstance implements DatabaseInstance {
  readonly engine = 'embedded'
  readonly node: string
  readonly identifier: string
  readonly definition: DbInstance
  readonly synchronous = false
  readonly environment: Readonly<Record<string, string>>
  readonly limitations: readonly string[]
  readonly members: readonly DatabaseMember[]
  readonly #world: World
  readonly #file: string
  #status: DatabaseStatus = 'creating'

  constructor(node: DbInstance, world: World) {
    this.node = node.id
    this.identifier = node.identifier
    this.definition = node
    this.limitations = embeddedLimitations(node)
    this.#world = world
    this.#file = join(world.folders.data, 'rds', node.identifier, 'embedded.sqlite')
    this.environment = { DATABASE_URL: `sqlite:${this.#file}`, NODE_PATH: modulesWithSqlite() }
    const [subnet] = subnetsOf(world.architecture, node.subnets)
    this.members = [{ zone: node.zone ?? subnet?.zone ?? '', role: 'primary', address: this.#file }]
  }

  get status(): DatabaseStatus {
    return this.#status
  }

  async start(): Promise<void> {
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 })
    this.#status = 'available'
    const message = `${this.identifier}: DB instance started.`
    this.#world.journal.write({ kind: 'rds.started', node: this.node, message, details: { event: 'RDS-EVENT-0088' } })
  }

  async stop(): Promise<void> {
    this.#status = 'stopped'
  }
}

/** Where Node finds the engine: an application that was bundled elsewhere doesn't bring it along. */
const modulesWithSqlite = (): string =>
  dirname(dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json')))
