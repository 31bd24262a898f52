import { Readable } from 'node:stream'
import { type Clock, type Duration, messageOf, minutes, seconds } from '@terrace/kit'

/** What became of a picture at the removal tier. */
export type CutoutAnswer =
  | { readonly kind: 'done'; readonly file: Buffer }
  /** The tier takes no more at the moment, or isn't there. */
  | { readonly kind: 'busy'; readonly retryAfter: Duration; readonly why: string }
  /** It never will: the reason, for people. */
  | { readonly kind: 'refused'; readonly reason: string }

/** A picture on its way to the tier. */
export interface CutoutOrder {
  readonly body: Readable
  readonly bytes: number
  readonly type: string
}

/**
 * From the first byte sent to the last received: the largest picture takes 6 s, and a queue that is longer than this is
 * refused by the tier. A zone that stops says nothing: what was under way there is asked for again after it.
 */
const TIMEOUT = seconds(45)
/** When the tier doesn't say when to come again. */
const PAUSE = seconds(10)
const LONGEST_PAUSE = minutes(5)
/** A PNG of 20 megapixels is smaller. */
const MAX_RESULT_BYTES = 96 * 1024 * 1024

/** What `fetch` reports, deep in its cause, of a tier that can't be reached at all. */
const AWAY = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
])

/**
 * Has the removal tier cut one picture out, streamed there.
 *
 * @throws Error when it broke off, or failed in a way that another try may mend
 */
export async function requestCutout(url: string, order: CutoutOrder, clock: Clock): Promise<CutoutAnswer> {
  const limit = new AbortController()
  const stop = clock.after(TIMEOUT, () => limit.abort(new Error(`no answer within ${TIMEOUT / 1000} s`)))
  try {
    const response = await fetch(`${url}/cutout`, {
      method: 'POST',
      // On a connection of its own: one that was kept may lead into a zone that has fallen silent since.
      headers: {
        'content-type': order.type,
        'content-length': String(order.bytes),
        accept: 'image/png',
        connection: 'close',
      },
      body: Readable.toWeb(order.body) as ReadableStream<Uint8Array>,
      duplex: 'half',
      signal: limit.signal,
    })
    return await read(response)
  } catch (error) {
    const code = codeOf(error)
    if (AWAY.has(code)) return { kind: 'busy', retryAfter: PAUSE, why: `not reachable (${code})` }
    throw error
  } finally {
    stop()
    order.body.destroy()
  }
}

async function read(response: Response): Promise<CutoutAnswer> {
  if (response.ok) return { kind: 'done', file: await bounded(response) }
  const { status } = response
  const detail = await detailOf(response)
  if (status === 429 || status === 503) {
    const asked = Number(response.headers.get('retry-after'))
    const retryAfter = asked > 0 ? Math.min(seconds(asked), LONGEST_PAUSE) : PAUSE
    return { kind: 'busy', retryAfter, why: `it answered ${status}` }
  }
  if (status >= 400 && status < 500) return { kind: 'refused', reason: detail }
  throw new Error(`the removal tier answered ${status}: ${detail}`)
}

async function bounded(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > MAX_RESULT_BYTES) throw new Error(`the cut-out is larger than ${MAX_RESULT_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

// A problem document says it in its detail; anything else, such as a balancer's page, is no sentence for people.
async function detailOf(response: Response): Promise<string> {
  try {
    const body: unknown = JSON.parse((await bounded(response)).toString())
    if (typeof body === 'object' && body !== null && 'detail' in body) return String(body.detail).slice(0, 300)
  } catch (error) {
    return `the picture was refused with ${response.status} (${messageOf(error).slice(0, 40)})`
  }
  return `the picture was refused with ${response.status}`
}

function codeOf(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause) if ('code' in one) return String(one.code)
  return ''
}
