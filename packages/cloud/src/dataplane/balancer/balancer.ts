import type { Clock, Instant, Random } from '@terrace/kit'
import type { Listener, NodeId, RuleAction } from '@terrace/model'
import { type Exchange, respond } from '../http1/exchange.ts'
import { getHeader } from '../http1/headers.ts'
import type { BalancerConfig, BalancerNode } from '../messages.ts'
import { accessLogLine } from './access-log.ts'
import { respondWithError } from './error-page.ts'
import { forward } from './forward.ts'
import { forwardedHead, tooManyForwarded, traceIdFor } from './forwarded.ts'
import { MAX_LOCATION_BYTES, redirectLocation } from './redirect.ts'
import { matchRule, type RuleInput, ruleInput } from './rules.ts'
import type { LiveTarget } from './target.ts'
import type { LiveTargetGroup } from './target-group.ts'

type Forward = Extract<RuleAction, { kind: 'forward' }>

/** What is noted of a request while it is served, for its line in the access log. */
interface Trail {
  readonly created: Instant
  traceId: string
  rulePriority: number
  action: string
  redirectUrl: string
  status: number
  targetStatus: number | undefined
  target: LiveTarget | undefined
  targetGroup: LiveTargetGroup | undefined
  sentAt: Instant | undefined
  answeredAt: Instant | undefined
}

/** An Application Load Balancer: chooses a rule, a target group and a target for each request. */
export class Balancer {
  readonly config: BalancerConfig
  readonly #clock: Clock
  readonly #random: Random
  readonly #groups: ReadonlyMap<NodeId, LiveTargetGroup>
  readonly #log: (line: string) => void
  #turn = 0

  constructor(
    config: BalancerConfig,
    groups: ReadonlyMap<NodeId, LiveTargetGroup>,
    world: { readonly clock: Clock; readonly random: Random },
    log: (line: string) => void,
  ) {
    this.config = config
    this.#groups = groups
    this.#clock = world.clock
    this.#random = world.random
    this.#log = log
  }

  /** The node a client ends up at: its name has one address a node, handed out in turn. */
  nextNode(): BalancerNode | undefined {
    return this.config.nodes[this.#turn++ % this.config.nodes.length]
  }

  /** The listener for a port, or nothing: on AWS nobody answers there. */
  listenerFor(port: number): Listener | undefined {
    return this.config.listeners.find(listener => listener.port === port)
  }

  handle(exchange: Exchange, listener: Listener, node: BalancerNode): void {
    const trail = this.#startTrail(exchange)
    const fail = (status: number) => {
      trail.status = status
      respondWithError(exchange, status, this.#date())
    }
    if (exchange.request.method === 'TRACE') return fail(405)
    if (tooManyForwarded(exchange.request)) return fail(463)
    const input = ruleInput(exchange)
    const rule = matchRule(listener.rules, input)
    if (!rule) return fail(503)
    trail.rulePriority = rule.priority === 'default' ? 0 : rule.priority
    switch (rule.action.kind) {
      case 'redirect':
        return this.#redirect(exchange, rule.action, input, listener, trail, fail)
      case 'fixedResponse': {
        const { status, contentType, body } = rule.action
        trail.action = 'fixed-response'
        trail.status = status
        return respond(
          exchange,
          status,
          '',
          ['Server', 'awselb/2.0', 'Date', this.#date(), 'Content-Type', contentType],
          body,
        )
      }
      case 'forward':
        return this.#forward(exchange, rule.action, node, trail, fail)
    }
  }

  #forward(
    exchange: Exchange,
    action: Forward,
    node: BalancerNode,
    trail: Trail,
    fail: (status: number) => void,
  ): void {
    trail.action = 'forward'
    const group = this.#groupFor(action)
    const target = group?.choose(node.zone)
    trail.targetGroup = group
    if (!target) return fail(503)
    trail.target = target
    trail.sentAt = this.#clock.now()
    const { loadBalancer } = this.config
    forward(exchange, {
      clock: this.#clock,
      idleTimeout: loadBalancer.idleTimeout,
      target,
      socket: target.socketFrom(node.zone),
      head: forwardedHead(loadBalancer, exchange.request, exchange.client, trail.traceId, exchange.bodyLength),
      onTargetStatus: status => {
        trail.status = status
        trail.targetStatus = status
        trail.answeredAt = this.#clock.now()
      },
      onError: fail,
    })
  }

  #redirect(
    exchange: Exchange,
    action: Extract<RuleAction, { kind: 'redirect' }>,
    input: RuleInput,
    listener: Listener,
    trail: Trail,
    fail: (status: number) => void,
  ): void {
    const location = redirectLocation(action, input, listener.protocol === 'HTTPS' ? 'https' : 'http', listener.port)
    if (location.length > MAX_LOCATION_BYTES) return fail(507)
    trail.action = 'redirect'
    trail.redirectUrl = location
    trail.status = action.status
    const headers = ['Server', 'awselb/2.0', 'Date', this.#date(), 'Content-Type', 'text/html', 'Location', location]
    const reason = action.status === 301 ? 'Moved Permanently' : 'Found'
    const title = `${action.status} ${reason}`
    const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`
    respond(exchange, action.status, reason, headers, body)
  }

  // No fail-over between groups: the chosen one answers, or nobody does.
  #groupFor(action: Forward): LiveTargetGroup | undefined {
    const [only] = action.targetGroups
    if (action.targetGroups.length === 1 && only) return this.#groups.get(only.node)
    const total = action.targetGroups.reduce((sum, group) => sum + group.weight, 0)
    let point = this.#random.next() * total
    for (const { node, weight } of action.targetGroups) {
      point -= weight
      if (point < 0) return this.#groups.get(node)
    }
    return undefined
  }

  #startTrail(exchange: Exchange): Trail {
    const created = this.#clock.now()
    const trail: Trail = {
      created,
      traceId: traceIdFor(getHeader(exchange.request.headers, 'x-amzn-trace-id'), created, this.#random),
      rulePriority: -1,
      action: '-',
      redirectUrl: '-',
      status: 460,
      targetStatus: undefined,
      target: undefined,
      targetGroup: undefined,
      sentAt: undefined,
      answeredAt: undefined,
    }
    exchange.onDone = sent => this.#writeLog(exchange, trail, sent)
    return trail
  }

  #writeLog(exchange: Exchange, trail: Trail, sent: number): void {
    const now = this.#clock.now()
    const { target, sentAt, answeredAt } = trail
    this.#log(
      accessLogLine({
        loadBalancer: this.config.loadBalancer.arn.split(':loadbalancer/')[1] ?? this.config.loadBalancer.name,
        time: now,
        created: trail.created,
        client: exchange.client,
        target: target ? `${target.config.address}:${target.config.port}` : '-',
        requestSeconds: sentAt === undefined ? -1 : (sentAt - trail.created) / 1000,
        targetSeconds: sentAt === undefined || answeredAt === undefined ? -1 : (answeredAt - sentAt) / 1000,
        responseSeconds: answeredAt === undefined ? -1 : (now - answeredAt) / 1000,
        status: trail.status,
        targetStatus: trail.targetStatus,
        received: exchange.bodyLength === 'chunked' ? 0 : exchange.bodyLength,
        sent,
        method: exchange.request.method,
        url: urlOf(exchange),
        userAgent: getHeader(exchange.request.headers, 'user-agent') ?? '-',
        targetGroupArn: trail.targetGroup?.config.arn ?? '-',
        traceId: trail.traceId,
        rulePriority: trail.rulePriority,
        action: trail.action,
        redirectUrl: trail.redirectUrl,
      }),
    )
  }

  #date(): string {
    return new Date(this.#clock.now()).toUTCString()
  }
}

function urlOf({ request, client }: Exchange): string {
  const host = (getHeader(request.headers, 'host') ?? '-').replace(/:\d*$/, '')
  return `${client.secure ? 'https' : 'http'}://${host}:${client.entryPort}${request.target}`
}
