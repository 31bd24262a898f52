import { type Clock, type Duration, secureRandom, systemClock } from '@terrace/kit'
import { type RunningService, startPlainService } from '@terrace/service/plain'
import { LogLines } from '@terrace/service/testing'
import { createCutout } from '../cutout.ts'
import { sharp } from '../pictures/sharp.ts'
import type { JobDescription } from '../routes/describe-job.ts'
import { type Behaviour, colours } from './colours.ts'

/** The service with the test's workers, on a port of its own. */
export interface TestCutout extends AsyncDisposable {
  readonly url: string
  readonly log: LogLines
  readonly service: RunningService
  /** Sends a body to `POST /cutout`. */
  post(
    body: NonNullable<RequestInit['body']>,
    headers?: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Response>
}

export interface TestOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly timeLimit?: Duration
  readonly clock?: Clock
  readonly workerEntry?: URL
}

/** Starts it with one worker and two places to wait, and waits until it is ready. */
export async function startTestCutout(options: TestOptions = {}): Promise<TestCutout> {
  const log = new LogLines()
  const cutout = createCutout({
    workerEntry: options.workerEntry ?? new URL('worker.ts', import.meta.url),
    ...(options.timeLimit === undefined ? {} : { timeLimit: options.timeLimit }),
  })
  const service = await startPlainService(cutout, {
    environment: { PORT: '0', CUTOUT_WORKERS: '1', CUTOUT_QUEUE: '2', ...options.environment },
    clock: options.clock ?? systemClock,
    random: secureRandom,
    write: log.write,
  })
  await service.ready
  return {
    url: service.url,
    log,
    service,
    post: (body, headers = {}, signal) =>
      fetch(`${service.url}/cutout`, { method: 'POST', body, headers, ...(signal ? { signal } : {}) }),
    [Symbol.asyncDispose]: () => service.stop(),
  }
}

/** A PNG that makes the test's worker behave so. */
export const png = async (behaviour: Behaviour, width = 8, height = 4): Promise<Uint8Array<ArrayBuffer>> =>
  own(
    await sharp({ create: { width, height, channels: 3, background: colours[behaviour] } })
      .png()
      .toBuffer(),
  )

/** The same bytes as `fetch` takes them. */
export const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

/** The document of an answer: a job, or a refusal. */
export const documentOf = async (response: Response): Promise<JobDescription & { readonly detail: string }> =>
  (await response.json()) as JobDescription & { readonly detail: string }

/** The pixels of an answer: four bytes each. */
export async function rgbaOf(response: Response) {
  const { data, info } = await sharp(await response.arrayBuffer())
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, info }
}
