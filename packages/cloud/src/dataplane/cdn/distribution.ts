import { type Clock, HEX, type Random } from '@terrace/kit'
import type { Distribution } from '@terrace/model'
import type { PublicService } from '../edge/edge.ts'
import type { BlockResponse } from '../firewall/decision.ts'
import type { FindGuard } from '../firewall/guard.ts'
import type { Exchange, Handler } from '../http1/exchange.ts'
import type { HeaderList } from '../http1/headers.ts'
import { type Admission, admit } from './admission.ts'
import type { Cache } from './cache.ts'
import { EdgeLocation } from './edge-location.ts'
import { CAUSES } from './error-page.ts'
import { VIEWER_BODY_TIMEOUT } from './limits.ts'
import type { OriginWays } from './origin-way.ts'
import type { OriginSocket } from './origins.ts'
import { requestIds } from './request-id.ts'
import { parseTarget } from './viewer-request.ts'
import { viewerTls } from './viewer-tls.ts'
import { Visit } from './visit.ts'

/** What a distribution runs with. */
export interface DistributionOptions {
  readonly distribution: Distribution
  readonly clock: Clock
  readonly random: Random
  /** The way to a bucket. */
  readonly originSocket: OriginSocket
  /** One standard-log line, without its newline. */
  readonly log: (line: string) => void
  /** Who looks at its requests before its behaviors do. */
  readonly guard?: FindGuard
  /** Told once for each reason why an origin can't be spoken to; a sentence. */
  readonly onProblem?: (message: string) => void
  /** The same distribution with the settings before: its cache goes on, what it is busy with is finished. */
  readonly before?: RunningDistribution | undefined
}

/** A distribution at its one edge location. */
export interface RunningDistribution {
  readonly handle: Handler
  /** How its custom origins are reached from now on; before it is told, their names don't resolve. */
  setWays(ways: OriginWays): void
  /** Which TLS viewers speak with it. */
  readonly tls: NonNullable<PublicService['tls']>
  /** Forgets what is kept for these paths; `*` at the end stands for whatever follows. */
  invalidate(paths: readonly string[]): void
  readonly cache: Cache
  /** Takes nothing more, and ends with what is under way. */
  retire(): void
  /** Cuts what is under way, also the connections to the origins. */
  stop(): void
}

/**
 * Runs a CloudFront distribution.
 *
 * `differs:` one edge location and no regional caches; memory instead of disks; see README.md beside this file.
 */
export function runDistribution(options: DistributionOptions): RunningDistribution {
  const { distribution, clock, random, originSocket, log, guard: findGuard, onProblem = () => {}, before } = options
  const nextId = requestIds(random)
  const edge = `${random.text(32, HEX)}.cloudfront.net`
  const location = new EdgeLocation(distribution, { clock, originSocket, edge, onProblem }, before?.cache)
  before?.retire()

  const handle = (exchange: Exchange) => {
    const id = nextId()
    const visit = new Visit(exchange, { distribution, clock, edge, id, log })
    const admission = admit(distribution, exchange, id)
    if (admission.kind === 'refused') return visit.refuse(admission.status, admission.cause)
    const guard = findGuard?.()
    if (!guard) return serve(visit, admission, exchange)
    const { request, client } = exchange
    const { path, query } = parseTarget(request.target) ?? { path: '/', query: '' }
    const source = { name: 'CF' as const, id: distribution.physicalId }
    const patience = VIEWER_BODY_TIMEOUT
    guard.check({ exchange, request, client, path, query, requestId: id, source, patience }, verdict => {
      if (verdict.kind === 'passed') return serve(visit, withFields(admission, verdict.inserted), verdict.exchange)
      if (verdict.kind === 'blocked') return block(visit, admission, verdict.response)
      exchange.closeAfter()
      visit.refuse(408, CAUSES.stalled)
    })
  }
  /** @see WAF Developer Guide, "Common use cases for protecting CloudFront distributions with AWS WAF" */
  const block = (visit: Visit, admission: Admitted, response: BlockResponse) => {
    if (response.custom) return visit.block(response)
    const request = admission.kind === 'admitted' ? admission.request : undefined
    visit.request = request
    if (!request || !location.serveErrorPage(visit, request, response.status)) {
      visit.refuse(response.status, CAUSES.blocked)
    }
  }
  const serve = (visit: Visit, admission: Admitted, exchange: Exchange) => {
    if (admission.kind === 'redirected') return visit.redirect(admission.status, admission.location)
    visit.request = admission.request
    location.serve(visit, admission.request, exchange)
  }
  return {
    handle,
    tls: viewerTls(distribution),
    setWays: ways => location.setWays(ways),
    invalidate: paths => location.invalidate(paths),
    cache: location.cache,
    retire: () => location.retire(),
    stop: () => location.stop(),
  }
}

type Admitted = Exclude<Admission, { readonly kind: 'refused' }>

/** What the firewall adds to the request reaches the origin where a policy names it. */
function withFields(admission: Admitted, inserted: HeaderList): Admitted {
  if (admission.kind === 'redirected' || inserted.length === 0) return admission
  const { request } = admission
  return { ...admission, request: { ...request, headers: [...request.headers, ...inserted] } }
}
