import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { read } from './stand-in-aws.ts'

/** How the tier answers one picture. */
export type Behaviour = (response: ServerResponse, file: Buffer) => void | Promise<void>

/** A stand-in for the removal tier, whose behaviour a test chooses. */
export interface StandInCutout extends AsyncDisposable {
  readonly url: string
  /** Pictures that came in. */
  readonly received: Buffer[]
  /** The most that were there at once. */
  readonly mostAtOnce: number
  behave: Behaviour
  /** Resolves when so many came in. */
  untilReceived(count: number): Promise<void>
}

/** Makes everything transparent; the size stays. */
export const cutOut: Behaviour = async (response, file) => {
  const { width, height } = await sharp(file)
    .autoOrient()
    .toBuffer({ resolveWithObject: true })
    .then(({ info }) => info)
  const create = { width, height, channels: 4 as const, background: { r: 200, g: 10, b: 10, alpha: 0.5 } }
  const png = await sharp({ create }).png().toBuffer()
  response.writeHead(200, { 'content-type': 'image/png', 'x-confidence': '0.9' }).end(png)
}

/** Answers with a problem document. */
export const refuse =
  (status: number, detail: string, headers: Record<string, string> = {}): Behaviour =>
  response => {
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers })
    response.end(JSON.stringify({ type: 'about:blank', title: 'x', status, detail }))
  }

export async function startStandInCutout(): Promise<StandInCutout> {
  const waiting = new Set<() => void>()
  let now = 0
  let most = 0
  const server = createServer(async (request, response) => {
    now += 1
    most = Math.max(most, now)
    response.once('close', () => {
      now -= 1
    })
    const file = await read(request).catch(() => undefined)
    if (!file) return
    tier.received.push(file)
    for (const check of [...waiting]) check()
    await tier.behave(response, file)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const tier: StandInCutout = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    get mostAtOnce() {
      return most
    },
    behave: cutOut,
    untilReceived: count =>
      new Promise(resolve => {
        const check = () => {
          if (tier.received.length < count) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
  return tier
}
