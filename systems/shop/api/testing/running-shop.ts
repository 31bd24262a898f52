import { type Clock, type Duration, seeded, systemClock } from '@terrace/kit'
import { connect, databaseVariables, type RunningService, readConfig, startService } from '@terrace/service'
import { checkMysqlGrammar, LogLines, type Mariadb, mariadbMissing, startMariadb } from '@terrace/service/testing'
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tables } from '../data/tables.ts'
import { createShop } from '../shop.ts'
import { createWorker } from '../worker.ts'
import { Client } from './client.ts'
import { OPERATOR, shopEnvironment } from './environment.ts'
import { type StandInAws, startStandInAws } from './stand-in-aws.ts'

/** The API, and a worker when it is asked for, on a database and an AWS of their own. */
export interface RunningShop extends AsyncDisposable {
  readonly url: string
  readonly db: Kysely<Tables>
  readonly aws: StandInAws
  readonly log: LogLines
  /** A visitor without a session. */
  visitor(): Client
  operator(): Promise<Client>
  startWorker(): Promise<RunningService>
  /** Another API on the same database. @returns its URL */
  startSecond(): Promise<string>
  /** Lets time pass. */
  travel(span: Duration): void
}

export type StartShop = (environment?: Record<string, string>) => Promise<RunningShop>

/**
 * Runs tests on MariaDB. What they made it do must be what MySQL would do too: the last test says so.
 */
export function describeShop(title: string, tests: (start: StartShop, mariadb: () => Mariadb) => void): void {
  const name = mariadbMissing ? `${title} (skipped: ${mariadbMissing})` : title
  describe.skipIf(mariadbMissing)(name, () => {
    const statements = new Set<string>()
    let mariadb: Mariadb | undefined
    let count = 0
    beforeAll(async () => {
      mariadb = await startMariadb()
    })
    afterAll(() => mariadb?.remove())
    const need = () => {
      if (!mariadb) throw new Error('MariaDB is not started yet')
      return mariadb
    }
    tests(async (environment = {}) => {
      const url = await need().createDatabase(`test${++count}`)
      return startShop(url, statements, environment)
    }, need)

    it('ran no statement that MySQL 8 would not take (grammar and list of exceptions)', () => {
      expect(statements.size).toBeGreaterThan(0)
      expect(checkMysqlGrammar(statements)).toEqual([])
    })
  })
}

async function startShop(
  databaseUrl: string,
  statements: Set<string>,
  more: Record<string, string>,
): Promise<RunningShop> {
  const aws = await startStandInAws()
  // The SDK reads the environment of its own process.
  Object.assign(process.env, aws.environment)
  const log = new LogLines()
  let offset = 0
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + offset }
  const environment = { ...shopEnvironment(databaseUrl, aws), ...more }
  const host = (name: string) => ({
    environment,
    clock,
    random: seeded(`${name} ${databaseUrl}`),
    write: log.write,
    onStatement: (statement: string) => statements.add(statement),
  })
  const services = [await startService(createShop(), host('api'))]
  await services[0]?.ready
  const config = readConfig(databaseVariables, { DATABASE_URL: databaseUrl }).DATABASE_URL
  if (!config) throw new Error(`not a database: ${databaseUrl}`)
  const database = connect<Tables>(config, systemClock, { poolSize: 2 })
  const url = services[0]?.url ?? ''
  return {
    url,
    db: database.db,
    aws,
    log,
    visitor: () => new Client(url),
    async operator() {
      const client = new Client(url)
      await client.logIn(OPERATOR.email, OPERATOR.password)
      return client
    },
    async startWorker() {
      const worker = await startService(createWorker(), host('worker'))
      services.push(worker)
      await worker.ready
      return worker
    },
    async startSecond() {
      const second = await startService(createShop(), host('second'))
      services.push(second)
      await second.ready
      return second.url
    },
    travel: span => {
      offset += span
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(services.map(service => service.stop()))
      await database.close()
      await aws[Symbol.asyncDispose]()
    },
  }
}
