import { type Clock, type Duration, jsonLogger, seeded, systemClock } from '@terrace/kit'
import { startPlainService } from '@terrace/service/plain'
import { LogLines } from '@terrace/service/testing'
import { afterAll, beforeAll, describe } from 'vitest'
import { type ReadKeys, RotatingKeys } from '../cursors/rotating-keys.ts'
import type { ItemRepository } from '../data/repository.ts'
import { createItems } from '../items.ts'
import { Client } from './client.ts'
import { type Repositories, repositoryKinds } from './repositories.ts'

/** Where pages of ours come from. */
export const ORIGIN = 'https://app.items.example.com'
const KEYS: ReadKeys = async () => ['the current key of the cursors']

/** The API in this process. */
export interface RunningItems extends AsyncDisposable {
  readonly url: string
  readonly client: Client
  readonly log: LogLines
  /** Lets time pass. */
  travel(span: Duration): void
}

export interface ItemsOptions {
  readonly read?: ReadKeys
  readonly environment?: Readonly<Record<string, string>>
}

export type StartItems = (options?: ItemsOptions) => Promise<RunningItems>

/** Runs tests on both kinds of repository. */
export function describeItems(title: string, tests: (start: StartItems) => void): void {
  describe.each(repositoryKinds)(`${title}, $kind`, ({ start }) => {
    let repositories: Repositories | undefined
    beforeAll(async () => {
      repositories = await start()
    })
    afterAll(() => repositories?.[Symbol.asyncDispose]())
    tests(async options => {
      if (!repositories) throw new Error('it is not started yet')
      return startItems(await repositories.create(), options)
    })
  })
}

/** Starts it on a repository. */
export async function startItems(items: ItemRepository, options: ItemsOptions = {}): Promise<RunningItems> {
  const log = new LogLines()
  let offset = 0
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + offset }
  const logger = jsonLogger(clock, log.write)
  const service = await startPlainService(
    createItems(() => ({ items, keys: new RotatingKeys(options.read ?? KEYS, clock, logger), close: () => {} })),
    {
      environment: {
        PORT: '0',
        TABLE_NAME: 'items',
        CURSOR_SECRET: 'cursors',
        ALLOWED_ORIGINS: ORIGIN,
        ...options.environment,
      },
      clock,
      random: seeded(1),
      write: log.write,
    },
  )
  await service.ready
  return {
    url: service.url,
    client: new Client(service.url),
    log,
    travel: span => {
      offset += span
    },
    [Symbol.asyncDispose]: () => service.stop(),
  }
}
