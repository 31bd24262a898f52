import { type Clock, HEX, type Random } from '@terrace/kit'
import type { Distribution } from '@terrace/model'
import type { Exchange, Handler } from '../http1/exchange.ts'
import { admit } from './admission.ts'
import { EdgeLocation } from './edge-location.ts'
import type { OriginSocket } from './origins.ts'
import { requestIds } from './request-id.ts'
import { Visit } from './visit.ts'

/** What a distribution runs with. */
export interface DistributionOptions {
  readonly distribution: Distribution
  readonly clock: Clock
  readonly random: Random
  /** Unix socket that stands for an origin and the Host to send there; nothing when the name doesn't resolve (502). */
  readonly originSocket: OriginSocket
  /** One standard-log line, without its newline. */
  readonly log: (line: string) => void
}

/** A distribution at its one edge location. */
export interface RunningDistribution {
  readonly handle: Handler
  /** Forgets what is kept for these paths; `*` at the end stands for whatever follows. */
  invalidate(paths: readonly string[]): void
  readonly cache: { readonly entries: number; readonly bytes: number }
  /** Cuts what is under way, also the connections to the origins. */
  stop(): void
}

/**
 * Runs a CloudFront distribution.
 *
 * `differs:` one edge location and no regional caches; memory instead of disks; see README.md beside this file.
 */
export function runDistribution(options: DistributionOptions): RunningDistribution {
  const { distribution, clock, random, originSocket, log } = options
  const nextId = requestIds(random)
  const edge = `${random.text(32, HEX)}.cloudfront.net`
  const location = new EdgeLocation(distribution, clock, originSocket, edge)

  const handle = (exchange: Exchange) => {
    const id = nextId()
    const visit = new Visit(exchange, { distribution, clock, edge, id, log })
    const admission = admit(distribution, exchange, id)
    switch (admission.kind) {
      case 'refused':
        return visit.refuse(admission.status, admission.cause)
      case 'redirected':
        return visit.redirect(admission.status, admission.location)
      case 'admitted':
        visit.request = admission.request
        return location.serve(visit, admission.request, exchange)
    }
  }
  return {
    handle,
    invalidate: paths => location.invalidate(paths),
    cache: location.cache,
    stop: () => location.stop(),
  }
}
