import type { Clock } from '@terrace/kit'
import { INSPECTED_BODY_BYTES, type RequestFacts } from './facts.ts'
import { compileFirewall, type Firewall } from './firewall.ts'
import type { Guard, GuardedRequest, Verdict } from './guard.ts'
import { HeldExchange } from './held-exchange.ts'
import type { FirewallConfig, FirewallReport, RuleCount } from './messages.ts'
import { Patience } from './patience.ts'
import { type LogRecord, recordOf } from './record.ts'

/** Records of one report when only a sample is wanted. */
const MOST_SAMPLED = 100
/** Records that wait for a report; then it is made at once. */
const MOST_WAITING = 1000

/** A web ACL that decides on requests and counts what it did. */
export class RunningFirewall implements Guard {
  #firewall: Firewall
  readonly #clock: Clock
  readonly #send: (report: FirewallReport) => void
  #counts = new Map<string, RuleCount>()
  #records: LogRecord[] = []
  #requests = 0
  #matched = new Map<string, number>()
  #saidLimited = '{}'

  /** @throws TerraceError FIREWALL_PATTERN */
  constructor(config: FirewallConfig, clock: Clock, send: (report: FirewallReport) => void) {
    this.#clock = clock
    this.#send = send
    this.#firewall = compileFirewall(config, clock.now())
  }

  /** @throws TerraceError FIREWALL_PATTERN  what ran before goes on then */
  configure(config: FirewallConfig): void {
    this.#firewall = compileFirewall(config, this.#clock.now(), this.#firewall)
  }

  check(asked: GuardedRequest, then: (verdict: Verdict) => void): void {
    const { exchange } = asked
    if (!this.#firewall.needsBody || exchange.bodyLength === 0) return then(this.#decide(asked, exchange, undefined))
    const most = INSPECTED_BODY_BYTES[this.#firewall.config.scope]
    const { onClose } = exchange
    const settle = () => {
      patience.end()
      exchange.onClose = onClose
    }
    const held = new HeldExchange(exchange, {
      bytes: most,
      came: () => patience.renew(),
      ready: () => {
        settle()
        then(this.#decide(asked, held, held.held))
      },
    })
    const patience = new Patience(this.#clock, asked.patience, () => {
      held.giveUp()
      settle()
      then({ kind: 'stalled', exchange: held })
    })
    exchange.onClose = () => {
      patience.end()
      onClose?.()
    }
    held.begin()
  }

  /** Tells what there is to tell. */
  report(): void {
    const limited = Object.fromEntries(
      Object.entries(this.#firewall.limited(this.#clock.now()))
        .filter(([, keys]) => keys.size > 0)
        .map(([rule, keys]) => [rule, Object.fromEntries(keys)]),
    )
    const text = JSON.stringify(limited)
    if (this.#requests === 0 && text === this.#saidLimited) return
    const { arn } = this.#firewall.config
    this.#send({
      acl: arn,
      counts: [...this.#counts.values()],
      records: this.#records,
      requests: this.#requests,
      matched: Object.fromEntries(this.#matched),
      ...(text === this.#saidLimited ? {} : { limited }),
    })
    this.#saidLimited = text
    this.#counts = new Map()
    this.#records = []
    this.#requests = 0
    this.#matched = new Map()
  }

  #decide(asked: GuardedRequest, exchange: GuardedRequest['exchange'], body: Buffer | undefined): Verdict {
    const { config } = this.#firewall
    const now = this.#clock.now()
    const facts = factsOf(asked, body, INSPECTED_BODY_BYTES[config.scope])
    const decision = this.#firewall.decide(facts, now)
    this.#requests++
    for (const count of decision.counts) {
      const key = JSON.stringify(count)
      this.#counts.set(key, { ...count, count: (this.#counts.get(key)?.count ?? 0) + 1 })
    }
    for (const name of new Set([decision.terminatingRule, ...decision.counted.map(({ ruleId }) => ruleId)])) {
      this.#matched.set(name, (this.#matched.get(name) ?? 0) + 1)
    }
    if (config.logged || (isSampled(config) && this.#records.length < MOST_SAMPLED)) {
      this.#records.push(recordOf(config.arn, asked.source, asked.requestId, facts, decision, now))
      if (this.#records.length >= MOST_WAITING) this.report()
    }
    if (decision.response) return { kind: 'blocked', exchange, response: decision.response }
    const inserted = decision.inserted.flatMap(({ Name, Value }) => [`x-amzn-waf-${Name}`, Value])
    return { kind: 'passed', exchange, inserted }
  }
}

/** Whether the requests of some rule, or of the default action, are to be seen. */
const isSampled = ({ visibility, rules }: FirewallConfig): boolean =>
  visibility.SampledRequestsEnabled || rules.some(({ VisibilityConfig }) => VisibilityConfig.SampledRequestsEnabled)

function factsOf(asked: GuardedRequest, body: Buffer | undefined, most: number): RequestFacts {
  const { request, client, path, query, exchange } = asked
  return {
    address: client.address,
    method: request.method,
    path,
    query,
    httpVersion: client.http2 ? 'HTTP/2.0' : `HTTP/1.${request.minorVersion}`,
    scheme: client.secure ? 'https' : 'http',
    headers: request.headers,
    body: body?.toString('latin1', 0, most) ?? '',
    bodyIsLonger: (body?.length ?? 0) > most,
    bodyLength: exchange.bodyLength === 'chunked' ? undefined : exchange.bodyLength,
  }
}
