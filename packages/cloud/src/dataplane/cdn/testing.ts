import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seconds, seeded, VirtualClock } from '@terrace/kit'
import type { Behavior, CachePolicy, Distribution, DistributionOrigin, Selection } from '@terrace/model'
import type { Client, Handler } from '../http1/exchange.ts'
import { serve, TEST_CLIENT } from '../http1/testing.ts'
import { type RunningDistribution, runDistribution } from './distribution.ts'

/** For tests: nothing selected. */
export const NONE: Selection = { kind: 'none', names: [] }
/** For tests: everything selected. */
export const ALL: Selection = { kind: 'all', names: [] }
/** For tests: these selected. */
export const only = (...names: string[]): Selection => ({ kind: 'whitelist', names })

/** For tests: the policy `CachingOptimized`, with changes. */
export const caching = (changes: Partial<CachePolicy> = {}): CachePolicy => ({
  name: 'test',
  minTtl: seconds(1),
  defaultTtl: seconds(86_400),
  maxTtl: seconds(31_536_000),
  headers: NONE,
  cookies: NONE,
  queryStrings: NONE,
  gzip: true,
  brotli: true,
  ...changes,
})

/** For tests: the policy `CachingDisabled`. */
export const CACHING_DISABLED = caching({ minTtl: 0, defaultTtl: 0, maxTtl: 0, gzip: false, brotli: false })
/** For tests: a policy that does what the origin says, and keeps nothing otherwise. */
export const BY_ORIGIN = caching({ minTtl: 0, defaultTtl: 0 })

/** For tests: a behavior that takes every method and caches, with changes. */
export const behavior = (changes: Partial<Behavior> = {}): Behavior => ({
  pattern: '*',
  origin: 'main',
  viewerProtocol: 'redirect-to-https',
  allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
  cachedMethods: ['GET', 'HEAD'],
  compress: true,
  cache: caching(),
  ...changes,
})

/** For tests: an origin with CloudFront's default time-outs. */
export const origin = (changes: Partial<DistributionOrigin> = {}): DistributionOrigin => ({
  id: 'main',
  domainName: 'origin.example.com',
  path: '',
  headers: {},
  connectionAttempts: 3,
  connectionTimeout: seconds(10),
  target: { kind: 'custom', protocol: 'https-only', httpPort: 80, httpsPort: 443, readTimeout: seconds(30) },
  ...changes,
})

/** For tests: a distribution with one origin and one behavior, with changes. */
export const distribution = (changes: Partial<Distribution> = {}): Distribution => ({
  id: 'test/Site',
  kind: 'distribution',
  origin: { stack: 'test', logicalId: 'Site', type: 'AWS::CloudFront::Distribution', place: { file: 'template.json' } },
  physicalId: 'EDFDVBD6EXAMPLE',
  tags: {},
  arn: 'arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE',
  domainName: 'd111111abcdef8.cloudfront.net',
  aliases: ['library.example.com'],
  enabled: true,
  ipv6: true,
  defaultRootObject: 'index.html',
  origins: [origin()],
  behaviors: [behavior()],
  errorResponses: [],
  ...changes,
})

/** For tests: what a viewer got. */
export interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
}

/** For tests: how a viewer asks. */
export interface Ask {
  readonly method?: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string | Buffer
}

export type OriginAnswer = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** For tests: a real origin behind a distribution, a real viewer before it, and a clock that stands still. */
export interface Bench {
  readonly clock: VirtualClock
  readonly running: RunningDistribution
  /** Path of the socket that viewers connect to. */
  readonly path: string
  /** Every request that reached the origin, oldest first. */
  readonly asked: IncomingMessage[]
  readonly log: string[]
  readonly problems: string[]
  /** Resolves when just so many viewers' connections are open. */
  connected(count: number): Promise<void>
  /** Resolves when so many requests have come to the distribution. */
  arrived(count: number): Promise<void>
  /** Resolves when the origin has been handed so many requests. */
  reached(count: number): Promise<void>
  get(target: string, ask?: Ask): Promise<Got>
  /** The origin answers otherwise from now on; nothing: its socket is gone. */
  answer(by: OriginAnswer | undefined): void
  stop(): Promise<void>
}

/** Starts an origin on a Unix socket, a distribution before it, and a listener for viewers. */
export async function bench(by: OriginAnswer, changes: Partial<Distribution> = {}, client?: Client): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'cdn-'))
  const socket = join(folder, 'o')
  const clock = new VirtualClock()
  const asked: IncomingMessage[] = []
  const log: string[] = []
  const problems: string[] = []
  let current: OriginAnswer | undefined = by
  const arrivals = counter()
  const answers = counter()
  const server = createServer(async (incoming, outgoing) => {
    asked.push(incoming)
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    current?.(incoming, outgoing, Buffer.concat(chunks).toString())
    answers.add()
  })
  await new Promise<void>(resolve => server.listen(socket, resolve))
  const running = runDistribution({
    distribution: distribution(changes),
    clock,
    random: seeded('test'),
    originSocket: ({ domainName }) =>
      // Those under localhost are reached over the network, by `running.setWays`.
      domainName === 'nowhere.example.com' || domainName.endsWith('.localhost')
        ? undefined
        : { socket: current ? socket : join(folder, 'gone'), host: domainName },
    log: line => log.push(line),
    onProblem: message => problems.push(message),
  })
  const handle: Handler = exchange => {
    running.handle(exchange)
    arrivals.add()
  }
  const viewers = await serve(handle, client ?? TEST_CLIENT)
  return {
    clock,
    running,
    path: viewers.path,
    asked,
    log,
    problems,
    async connected(count) {
      while (viewers.open.size !== count) await new Promise<void>(resolve => setImmediate(resolve))
    },
    arrived: arrivals.reaches,
    reached: answers.reaches,
    get: (target, ask) => get(viewers.path, target, ask),
    answer(next) {
      current = next
    },
    async stop() {
      running.stop()
      await viewers.stop()
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Counts, and tells when a number is reached. */
function counter() {
  let count = 0
  const waiting = new Set<() => void>()
  return {
    add() {
      count++
      for (const check of [...waiting]) check()
    },
    reaches: (wanted: number) =>
      new Promise<void>(resolve => {
        const check = () => {
          if (count < wanted) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
  }
}

function get(socketPath: string, path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { socketPath, path, method, headers: { host: 'library.example.com', ...headers }, agent: false },
      incoming => {
        const chunks: Buffer[] = []
        incoming.on('data', chunk => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const whole = Buffer.concat(chunks)
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: whole, text: whole.toString() })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
