import { get as getPlain } from 'node:http'
import { get as getSecurely } from 'node:https'
import { connect } from 'node:net'
import { type Clock, type Duration, messageOf, type Stop, seconds } from '@terrace/kit'
import { type Architecture, nodesOf, type RecordHealthCheck } from '@terrace/model'
import type { Network } from '../../ports.ts'
import type { World } from '../../world.ts'

/** How long a checker waits for the connection, and then for the answer. */
const CONNECT_TIMEOUT = seconds(4)
const ANSWER_TIMEOUT = seconds(2)

/**
 * Whom security groups see. Route 53 publishes its checkers' addresses as `ROUTE53_HEALTHCHECKS` of the AWS ranges.
 * differs: one address of the internet that is nobody's stands for all of them
 */
const CHECKER = '203.0.113.53'

/** Asks one endpoint. @returns nothing when it is well, else why it is not */
export type Ask = (check: RecordHealthCheck) => Promise<string | undefined>

/** The health checks of the template: which of them find their endpoint well. */
export class HealthChecks {
  readonly #clock: Clock
  readonly #journal: World['journal']
  readonly #ask: Ask
  readonly #states: Map<string, { healthy: boolean; contrary: number }>
  readonly #stops: readonly Stop[]
  readonly #changed: () => void

  /** @param changed  called when a check has changed its mind */
  constructor({ architecture, clock, journal }: World, ask: Ask, changed: () => void) {
    this.#clock = clock
    this.#journal = journal
    this.#ask = ask
    this.#changed = changed
    const checks = checksOf(architecture)
    // differs: well until it is found to be otherwise; Route 53 has no opinion at first
    this.#states = new Map(checks.map(({ id }) => [id, { healthy: true, contrary: 0 }]))
    this.#stops = checks.map(check => this.#clock.every(check.interval, () => void this.#look(check)))
  }

  readonly isHealthy = (id: string): boolean => this.#states.get(id)?.healthy ?? true

  stop(): void {
    for (const stop of this.#stops) stop()
  }

  /**
   * One round. A check changes its mind after `FailureThreshold` answers in a row that say so.
   * @see Route 53 Developer Guide "How Amazon Route 53 determines whether a health check is healthy"
   *   differs: one checker, where Route 53 has some in each of several regions, and asks for more than 18 % of them
   */
  async #look(check: RecordHealthCheck): Promise<void> {
    const state = this.#states.get(check.id)
    const problem = await this.#ask(check)
    if (!state) return
    const well = problem === undefined
    state.contrary = well === state.healthy ? 0 : state.contrary + 1
    if (state.contrary < check.failureThreshold) return
    this.#states.set(check.id, { healthy: well, contrary: 0 })
    const about = `the health check of ${check.address} finds it ${well ? 'healthy again' : `unhealthy: ${problem}`}`
    this.#journal.write({
      kind: well ? 'route53.healthy' : 'route53.unhealthy',
      message: about,
      details: { healthCheck: check.id, address: check.address },
    })
    this.#changed()
  }
}

const checksOf = (architecture: Architecture): readonly RecordHealthCheck[] => {
  const all = nodesOf(architecture, 'recordSet').flatMap(({ multivalue }) => multivalue?.healthCheck ?? [])
  return [...new Map(all.map(check => [check.id, check])).values()]
}

/**
 * Asks from outside, as the network lets it through. HTTP and HTTPS are well with a status of 200 to 399, TCP with a
 * connection. The certificate is not looked at, as Route 53 does not.
 */
export const askThrough =
  (network: Network, clock: Clock): Ask =>
  async check => {
    const there = network.interfaces().find(({ publicIp }) => publicIp === check.address)
    const verdict = there && network.decideFromOutside(CHECKER, there, check.port)
    if (verdict?.kind === 'accepted') {
      try {
        return await (check.type === 'TCP' ? connected(verdict.socket) : answered(check, verdict.socket))
      } catch (error) {
        return messageOf(error)
      }
    }
    await clock.sleep(CONNECT_TIMEOUT)
    return verdict ? verdict.because : 'nobody has the address'
  }

const connected = (path: string): Promise<undefined> =>
  new Promise((resolve, reject) => {
    const socket = connect({ path, timeout: CONNECT_TIMEOUT })
    socket.once('error', reject)
    socket.once('timeout', () => socket.destroy(tooLate('connection', CONNECT_TIMEOUT)))
    socket.once('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
  })

function answered(check: RecordHealthCheck, socketPath: string): Promise<string | undefined> {
  const options = {
    socketPath,
    path: check.path,
    agent: false,
    timeout: ANSWER_TIMEOUT,
    headers: { Host: check.address, 'User-Agent': 'Amazon-Route53-Health-Check-Service' },
    rejectUnauthorized: false,
  }
  return new Promise((resolve, reject) => {
    const sent = (check.type === 'HTTPS' ? getSecurely : getPlain)(options, ({ statusCode = 0 }) => {
      resolve(statusCode >= 200 && statusCode < 400 ? undefined : `it answers ${statusCode}`)
      sent.destroy()
    })
    sent.once('error', reject)
    sent.once('timeout', () => sent.destroy(tooLate('answer', ANSWER_TIMEOUT)))
  })
}

const tooLate = (what: string, limit: Duration) => new Error(`no ${what} within ${limit / seconds(1)} s`)
