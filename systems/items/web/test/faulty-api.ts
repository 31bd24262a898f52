import type { RequestListener } from 'node:http'
import { secureRandom, systemClock } from '@terrace/kit'
import { startPlainService } from '@terrace/service/plain'
import { passedOnTo } from '@terrace/ui/testing'
import { RotatingKeys } from '../../api/cursors/rotating-keys.ts'
import type { ItemRepository } from '../../api/data/repository.ts'
import { createItems } from '../../api/items.ts'

/** The API in this process, and what a test can do to it while it runs. */
export interface FaultyApi extends AsyncDisposable {
  readonly listener: RequestListener
  readonly items: ItemRepository
  /** Every request so far: "POST /api/v1/items". */
  readonly requests: string[]
  /** Idempotency keys so far. */
  readonly keys: string[]
  /** Requests that this matches are answered with 500 and not done. */
  failing: RegExp | undefined
  /** Requests that this matches are done, but their answer never arrives. */
  silent: RegExp | undefined
  /** Every answer waits for it: for what is to be seen meanwhile, however long that takes. */
  held: Promise<void> | undefined
}

/** The API as it is, on items in memory, behind a way that can be made bad. */
export async function startFaultyApi(items: ItemRepository): Promise<FaultyApi> {
  const service = await startPlainService(
    createItems(({ clock, log }) => ({
      items,
      keys: new RotatingKeys(async () => ['the key of the cursors'], clock, log),
      close: () => {},
    })),
    {
      environment: { PORT: '0', TABLE_NAME: 'items', CURSOR_SECRET: 'cursors', VERSION: '1.2.3' },
      clock: systemClock,
      random: secureRandom,
      write: () => {},
    },
  )
  await service.ready
  const pass = passedOnTo(service.url)
  const api: FaultyApi = {
    listener: async (request, response) => {
      const line = `${request.method} ${request.url}`
      api.requests.push(line)
      const key = request.headers['idempotency-key']
      if (typeof key === 'string') api.keys.push(key)
      await api.held
      if (api.failing?.test(line)) {
        response.writeHead(500, { 'content-type': 'application/problem+json' })
        return void response.end(JSON.stringify({ title: 'Internal', detail: 'stack trace of the server' }))
      }
      const isSilent = api.silent?.test(line) === true
      pass(request, response, isSilent)
    },
    items,
    requests: [],
    keys: [],
    failing: undefined,
    silent: undefined,
    held: undefined,
    [Symbol.asyncDispose]: () => service.stop(),
  }
  return api
}
