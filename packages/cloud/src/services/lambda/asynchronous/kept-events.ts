import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Duration, errnoOf, type Instant, messageOf, TerraceError } from '@terrace/kit'
import { z } from 'zod'

const keptEvent = z.object({
  event: z.object({
    requestId: z.string(),
    to: z.object({ name: z.string(), qualifier: z.string().exactOptional() }),
    payload: z.string(),
    acceptedAt: z.number(),
  }),
  count: z.number(),
  throttleWait: z.number(),
  due: z.number(),
})

/** An event that is not done with. */
export interface OpenEvent {
  readonly event: Readonly<z.infer<typeof keptEvent>['event']>
  /** Which try is the next one, or under way; the first is 1. */
  readonly count: number
  /** How long it waits after another throttle. */
  readonly throttleWait: Duration
  /** When that try begins. */
  readonly due: Instant
}

/** The file of what was not done with when the cloud stopped. */
export class KeptEvents {
  readonly #file: string

  /** @param folder  Lambda's own, which is there */
  constructor(folder: string) {
    this.#file = join(folder, 'events.json')
  }

  /** What the last stop has left; it is given once. @throws TerraceError LAMBDA_STATE_CORRUPT */
  take(): readonly OpenEvent[] {
    try {
      const found = z.array(keptEvent).parse(JSON.parse(readFileSync(this.#file, 'utf8')))
      rmSync(this.#file)
      return found
    } catch (cause) {
      if (errnoOf(cause) === 'ENOENT') return []
      throw new TerraceError('LAMBDA_STATE_CORRUPT', `${this.#file} does not hold events: ${messageOf(cause)}`, {
        hint: 'remove that file to lose the events that waited, or forget all data with: terrace reset',
        place: { file: this.#file },
        cause,
      })
    }
  }

  put(events: readonly OpenEvent[]): void {
    if (events.length === 0) return
    writeFileSync(`${this.#file}.new`, JSON.stringify(events), { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
  }
}
