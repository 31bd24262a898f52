import type { Clock, Instant, Random } from '@terrace/kit'
import type { ListenerRule } from '@terrace/model'
import type { Exchange } from '../http1/exchange.ts'
import { getHeader } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import type { FunctionFailure } from '../messages.ts'
import { accessLogLine } from './access-log.ts'
import type { DesyncFinding } from './desync.ts'
import type { ForwardFailure } from './forward.ts'
import { traceIdFor } from './forwarded.ts'
import type { LiveNode } from './node.ts'
import { withoutPort } from './rules.ts'
import type { Tally } from './tally.ts'
import type { LiveTarget } from './target.ts'
import type { Choice, LiveTargetGroup } from './target-group.ts'

export interface TrailOptions {
  readonly exchange: Exchange
  /** As it is forwarded: its target in origin form. */
  readonly request: MessageHead
  readonly node: LiveNode
  /** `app/<name>/<id>` */
  readonly loadBalancer: string
  readonly clock: Clock
  readonly random: Random
}

/** Status of a request whose client went away while it was at a target: it is only in the log. */
const CLIENT_CLOSED = 460
/** Status of a request whose client went away before it was complete. */
const INCOMPLETE = 400

/** Failures that nobody but AWS could prevent. */
const INTERNAL_FAILURES: ReadonlySet<FunctionFailure> = new Set(['LambdaConnectionTimeout', 'LambdaServiceException'])

/** What is noted of a request while it is served: its line in the access log, and its share of the metrics. */
export class Trail {
  readonly traceId: string
  readonly #options: TrailOptions
  readonly #created: Instant
  #rulePriority = -1
  #action = '-'
  #redirectUrl = '-'
  #errorReason = '-'
  #status: number | undefined
  #targetStatus: number | undefined
  #target: LiveTarget | undefined
  #group: LiveTargetGroup | undefined
  #tally: Tally | undefined
  #sentAt: Instant | undefined
  #answeredAt: Instant | undefined
  #finding: DesyncFinding | undefined
  #webSocket = false
  #guarded = false
  #done = false

  constructor(options: TrailOptions) {
    this.#options = options
    const { exchange, request, clock, random } = options
    this.#created = clock.now()
    this.traceId = traceIdFor(getHeader(request.headers, 'x-amzn-trace-id'), this.#created, random)
    exchange.onDone = sent => this.#finish(sent, exchange.received)
  }

  noteDesync(finding: DesyncFinding): void {
    this.#finding = finding
    this.#count('DesyncMitigationMode_NonCompliant_Request_Count')
  }

  /** A firewall decides first. */
  noteGuarded(): void {
    this.#guarded = true
  }

  /** Rules that were looked at count, the default one doesn't. */
  noteRule(rule: ListenerRule, rules: readonly ListenerRule[]): void {
    this.#rulePriority = rule.priority === 'default' ? 0 : rule.priority
    const evaluated = rule.priority === 'default' ? rules.length - 1 : rules.indexOf(rule) + 1
    if (evaluated > 0) this.#options.node.own.addRules(evaluated)
  }

  redirected(status: number, location: string): void {
    this.#action = 'redirect'
    this.#redirectUrl = location
    this.#status = status
    this.#count('HTTP_Redirect_Count')
    this.#count('HTTPCode_ELB_3XX_Count')
  }

  redirectTooLong(): void {
    this.#action = 'redirect'
    this.#count('HTTP_Redirect_Url_Limit_Exceeded_Count')
  }

  fixedResponse(status: number): void {
    this.#action = 'fixed-response'
    this.#status = status
    this.#count('HTTP_Fixed_Response_Count')
  }

  forwarded(group: LiveTargetGroup | undefined): void {
    this.#action = 'forward'
    this.#group = group
    this.#tally = group && this.#options.node.tally(group.config.id)
  }

  chose({ target, failOpen, wasSticky }: Choice, sticky: boolean): void {
    this.#target = target
    this.#sentAt = this.#options.clock.now()
    this.#tally?.addRequest()
    if (failOpen) this.#countForGroup('UnhealthyRoutingRequestCount')
    if (sticky && !wasSticky) this.#countForGroup('NonStickyRequestCount')
  }

  answeredByTarget(status: number): void {
    const { clock } = this.#options
    this.#status = status
    this.#targetStatus = status
    this.#answeredAt = clock.now()
    this.#webSocket = status === 101
    this.#tally?.addAnswer(status, this.#answeredAt - (this.#sentAt ?? this.#answeredAt))
  }

  forwardingFailed(failure: ForwardFailure): void {
    if (failure === 'connect') this.#countForGroup('TargetConnectionErrorCount')
    if (failure === 'handshake') this.#countForGroup('TargetTLSNegotiationErrorCount')
  }

  /** A function gave no answer that could be used. */
  functionFailed(reason: FunctionFailure): void {
    this.#errorReason = reason
    this.#answeredAt = this.#options.clock.now()
    this.#countForGroup(INTERNAL_FAILURES.has(reason) ? 'LambdaInternalError' : 'LambdaUserError')
  }

  answeredBySelf(status: number): void {
    this.#status = status
    this.#count(`HTTPCode_ELB_${Math.floor(status / 100)}XX_Count`)
    if ([500, 502, 503, 504].includes(status)) this.#count(`HTTPCode_ELB_${status}_Count`)
  }

  /** The connection had become a WebSocket, and has ended. */
  tunnelEnded(sent: number, received: number): void {
    this.#finish(sent, this.#options.exchange.received + received)
  }

  #count(metric: string): void {
    this.#options.node.own.add(metric)
  }

  #countForGroup(metric: string): void {
    this.#tally?.add(metric)
  }

  #finish(sent: number, received: number): void {
    if (this.#done) return
    this.#done = true
    const { exchange, node } = this.#options
    node.own.addBytes(sent + received)
    if (this.#target?.config.function) node.own.add('LambdaTargetProcessedBytes', sent + received)
    if (this.#status === undefined) this.#status = exchange.complete ? CLIENT_CLOSED : INCOMPLETE
    node.log(this.#line(sent, received, this.#status))
  }

  #line(sent: number, received: number, status: number): string {
    const { exchange, request, loadBalancer, clock } = this.#options
    const now = clock.now()
    const sentAt = this.#sentAt
    const answeredAt = this.#answeredAt
    const target = this.#target?.config
    return accessLogLine({
      loadBalancer,
      time: now,
      created: this.#created,
      client: exchange.client,
      target: target && target.function === undefined ? `${target.address}:${target.port}` : '-',
      requestTime: sentAt === undefined ? -1 : sentAt - this.#created,
      targetTime: sentAt === undefined || answeredAt === undefined ? -1 : answeredAt - sentAt,
      responseTime: answeredAt === undefined ? -1 : now - answeredAt,
      status,
      targetStatus: this.#targetStatus,
      received,
      sent,
      method: request.method,
      url: urlOf(request, exchange),
      userAgent: getHeader(request.headers, 'user-agent') ?? '-',
      targetGroupArn: this.#group?.config.arn ?? '-',
      traceId: this.traceId,
      rulePriority: this.#rulePriority,
      action: this.#guarded ? (this.#action === '-' ? 'waf' : `waf,${this.#action}`) : this.#action,
      redirectUrl: this.#redirectUrl,
      errorReason: this.#errorReason,
      webSocket: this.#webSocket,
      classification: this.#finding?.classification ?? '-',
      classificationReason: this.#finding?.reason ?? '-',
    })
  }
}

function urlOf({ headers, target }: MessageHead, { client }: Exchange): string {
  const host = withoutPort(getHeader(headers, 'host') ?? '-')
  return `${client.secure ? 'https' : 'http'}://${host}:${client.entryPort}${target}`
}
