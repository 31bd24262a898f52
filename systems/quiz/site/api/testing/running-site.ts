import { type Clock, type Duration, milliseconds, seeded, systemClock } from '@terrace/kit'
import {
  connect,
  type Database,
  databaseVariables,
  type RunningService,
  readConfig,
  startService,
} from '@terrace/service'
import { LogLines, type Postgres, postgresMissing, startPostgres } from '@terrace/service/testing'
import { afterAll, beforeAll, describe } from 'vitest'
import type { Tables } from '../data/tables.ts'
import { createSite } from '../site.ts'
import { Client } from './client.ts'
import { BUCKET, GATE, type StandInAws, startStandInAws } from './stand-in-aws.ts'
import { type StandInCutout, startStandInCutout } from './stand-in-cutout.ts'

/** The site on a database, an AWS and a removal tier of its own. */
export interface RunningSite extends AsyncDisposable {
  readonly url: string
  readonly database: Database<Tables>
  readonly aws: StandInAws
  readonly cutout: StandInCutout
  readonly log: LogLines
  /** A visitor without a session. */
  visitor(): Client
  /** Another process on the same database. */
  startSecond(): Promise<RunningService>
  /** Lets time pass; what waits on the clock is not woken. */
  travel(span: Duration): void
  /** Asks again and again, until the condition holds. */
  until<Value>(look: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value>
}

export type StartSite = (environment?: Record<string, string>) => Promise<RunningSite>

/** For a busy machine: each test has a database of its own, and all their files go at the end. */
const START_LIMIT_MILLISECONDS = 60_000

/** Runs tests on a real PostgreSQL. */
export function describeSite(title: string, tests: (start: StartSite, postgres: () => Postgres) => void): void {
  const name = postgresMissing ? `${title} (skipped: ${postgresMissing})` : title
  describe.skipIf(postgresMissing)(name, () => {
    let postgres: Postgres | undefined
    let count = 0
    beforeAll(async () => {
      postgres = await startPostgres()
    }, START_LIMIT_MILLISECONDS)
    afterAll(() => postgres?.remove(), START_LIMIT_MILLISECONDS)
    const need = () => {
      if (!postgres) throw new Error('PostgreSQL is not started yet')
      return postgres
    }
    tests(async (environment = {}) => startSite(await need().createDatabase(`test${++count}`), environment), need)
  })
}

/** The environment of the site. */
export const siteEnvironment = (databaseUrl: string, cutoutUrl: string): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  PORT: '0',
  SESSION_SECRET: 'a secret of at least thirty-two characters',
  BUCKET,
  CUTOUT_URL: cutoutUrl,
  CUTOUT_GATE_PARAMETER: GATE,
  PUBLIC_URL: 'https://quiz.example.com',
})

async function startSite(databaseUrl: string, more: Record<string, string>): Promise<RunningSite> {
  const aws = await startStandInAws()
  const cutout = await startStandInCutout()
  // The SDK reads the environment of its own process.
  Object.assign(process.env, aws.environment)
  const log = new LogLines()
  let offset = 0
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + offset }
  const environment = { ...siteEnvironment(databaseUrl, cutout.url), ...more }
  const start = async (name: string) => {
    const random = seeded(`${name} ${databaseUrl}`)
    const service = await startService(createSite(), { environment, clock, random, write: log.write })
    services.push(service)
    await service.ready
    return service
  }
  const services: RunningService[] = []
  const { url } = await start('first')
  const config = readConfig(databaseVariables, { DATABASE_URL: databaseUrl }).DATABASE_URL
  if (!config) throw new Error(`not a database: ${databaseUrl}`)
  const database = connect<Tables>(config, clock, { poolSize: 2 })
  return {
    url,
    database,
    aws,
    cutout,
    log,
    visitor: () => new Client(url),
    startSecond: () => start('second'),
    travel: span => {
      offset += span
    },
    async until(look, holds) {
      for (;;) {
        const value = await look()
        if (holds(value)) return value
        await systemClock.sleep(milliseconds(20))
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(services.map(service => service.stop()))
      await database.close()
      await aws[Symbol.asyncDispose]()
      await cutout[Symbol.asyncDispose]()
    },
  }
}
