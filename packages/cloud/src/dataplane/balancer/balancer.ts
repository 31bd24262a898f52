import { STATUS_CODES } from 'node:http'
import { type Clock, type Instant, type Random, seconds } from '@terrace/kit'
import type { Listener, NodeId, RuleAction, Zone } from '@terrace/model'
import type { BlockResponse } from '../firewall/decision.ts'
import type { FindGuard } from '../firewall/guard.ts'
import { type Client, type Exchange, respond } from '../http1/exchange.ts'
import type { HeaderList } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import type { ConnectionLimits } from '../http1/server-connection.ts'
import type { BalancerConfig, BalancerNode, BalancerSample, InvokeFunction } from '../messages.ts'
import { refusedLine } from './access-log.ts'
import { CookieSeal } from './cookies.ts'
import { desyncFinding } from './desync.ts'
import { errorPage, ownFields, ownHeaders, page, respondWithError } from './error-page.ts'
import { forward } from './forward.ts'
import { forwardedHead, wantsWebSocket } from './forwarded.ts'
import { callFunction } from './function-call.ts'
import { originForm, refusalOf } from './incoming.ts'
import { MAX_CONNECTIONS, MAX_LOCATION_BYTES } from './limits.ts'
import { LiveNode } from './node.ts'
import { redirectLocation } from './redirect.ts'
import { matchRule, type RuleInput, ruleInput } from './rules.ts'
import { Stickiness } from './stickiness.ts'
import type { LiveTargetGroup } from './target-group.ts'
import { Trail } from './trail.ts'

type Forward = Extract<RuleAction, { kind: 'forward' }>
type Redirect = Extract<RuleAction, { kind: 'redirect' }>

/**
 * How long a client that keeps its connection through a stopped node waits before its next request is led to another one.
 * differs: on AWS such a connection hangs until the client gives it up
 */
const LED_AWAY_AFTER = seconds(10)

/** A request, with what goes along with it. */
interface Incoming {
  readonly exchange: Exchange
  readonly request: MessageHead
  readonly listener: Listener
  readonly node: LiveNode
  readonly trail: Trail
  readonly fail: (status: number) => void
}

export interface BalancerOptions {
  readonly config: BalancerConfig
  readonly groups: ReadonlyMap<NodeId, LiveTargetGroup>
  readonly clock: Clock
  readonly random: Random
  readonly invoke: InvokeFunction
  /** What takes the lines of a node's access log. */
  readonly logOf: (node: BalancerNode) => (line: string) => void
  /** Who looks at its requests before its rules do. */
  readonly guard?: FindGuard
  /** Connections of clients that one node takes. */
  readonly maxConnections?: number
}

/** An Application Load Balancer: chooses a rule, a target group and a target for each request. */
export class Balancer {
  #config: BalancerConfig
  #fullName: string
  #limits: ConnectionLimits
  readonly nodes: readonly LiveNode[]
  readonly #clock: Clock
  readonly #random: Random
  readonly #invoke: InvokeFunction
  readonly #maxConnections: number
  readonly #guard: FindGuard
  readonly #groups: ReadonlyMap<NodeId, LiveTargetGroup>
  readonly #stickiness: Stickiness
  readonly #nodeOfClient = new WeakMap<Client, LiveNode>()
  #inService: readonly LiveNode[]
  #turn = 0

  constructor(options: BalancerOptions) {
    const { config, groups, clock, random, invoke, logOf, guard, maxConnections = MAX_CONNECTIONS } = options
    this.#guard = guard ?? (() => undefined)
    this.#config = config
    this.#fullName = fullNameOf(config)
    this.#limits = limitsOf(config)
    this.nodes = config.nodes.map(node => new LiveNode(node, logOf(node)))
    this.#inService = this.nodes
    this.#groups = groups
    this.#clock = clock
    this.#random = random
    this.#invoke = invoke
    this.#maxConnections = maxConnections
    this.#stickiness = new Stickiness(new CookieSeal(config.cookieKey))
  }

  get config(): BalancerConfig {
    return this.#config
  }

  /** Takes changed listeners and attributes over; the nodes stay. */
  configure(config: BalancerConfig): void {
    this.#config = config
    this.#fullName = fullNameOf(config)
    this.#limits = limitsOf(config)
  }

  /** The nodes that the balancer's name stands for. */
  setInService(zones: readonly Zone[]): void {
    this.#inService = this.nodes.filter(node => zones.includes(node.zone))
  }

  /** The ports at which nobody gets in from outside. */
  setClosed(closed: readonly { readonly zone: Zone; readonly port: number }[]): void {
    for (const node of this.nodes) {
      node.closedPorts = new Set(closed.filter(({ zone }) => zone === node.zone).map(({ port }) => port))
    }
  }

  /** Stops and starts nodes with their zones; what they carry to targets is the target groups' to stop. */
  setDown(zones: readonly Zone[]): void {
    for (const node of this.nodes) {
      if (zones.includes(node.zone)) node.stop(this.#clock.now())
      else node.start()
    }
  }

  /**
   * The node a client of the public entrance is connected to: each new connection gets one of those in service in turn.
   * differs: the entrance follows the state of the nodes at once, a name on AWS is kept for 60 seconds
   */
  nodeFor(client: Client): LiveNode | undefined {
    const known = this.#nodeOfClient.get(client)
    if (known && !this.#isLedAway(known)) return known
    const candidates = this.#inService.length > 0 ? this.#inService : this.nodes
    const node = candidates[this.#turn++ % candidates.length]
    if (node) this.#nodeOfClient.set(client, node)
    return node
  }

  /** The listener for a port, or nothing: on AWS nobody answers there. */
  listenerFor(port: number): Listener | undefined {
    return this.#config.listeners.find(listener => listener.port === port)
  }

  get limits(): ConnectionLimits {
    return this.#limits
  }

  /** A client's connection to a node has opened, or has another request. @returns false: the node takes no more */
  connected(node: LiveNode, client: Client): boolean {
    if (node.clients.has(client)) return true
    if (node.clients.size >= this.#maxConnections) {
      node.own.add('RejectedConnectionCount')
      return false
    }
    node.clients.add(client)
    node.own.add('NewConnectionCount')
    return true
  }

  /** A client and the public entrance could not agree on TLS: it had reached no node yet, any one counts it. */
  tlsFailed(): void {
    const [node] = this.#inService.length > 0 ? this.#inService : this.nodes
    node?.own.add('ClientTLSNegotiationErrorCount')
  }

  /** A client's connection has ended, whichever node it was to. */
  disconnected(client: Client): void {
    for (const node of this.nodes) node.clients.delete(client)
  }

  /** Bytes came that were no request. */
  refused(node: LiveNode, client: Client, status: number): void {
    node.own.add('HTTPCode_ELB_4XX_Count')
    node.log(refusedLine(this.#fullName, node.address, client, status, this.#clock.now()))
  }

  handle(exchange: Exchange, listener: Listener, node: LiveNode): void {
    if (!node.up) return node.swallow(exchange)
    const { loadBalancer } = this.#config
    const request = originForm(exchange.request)
    const trail = new Trail({
      exchange,
      request,
      node,
      loadBalancer: this.#fullName,
      clock: this.#clock,
      random: this.#random,
    })
    const fail = (status: number) => {
      trail.answeredBySelf(status)
      respondWithError(exchange, status, this.#clock.now(), saysServer(listener))
    }
    const refusal = refusalOf(request)
    if (refusal !== undefined) return fail(refusal)
    const finding = exchange.client.http2 ? undefined : desyncFinding(request)
    if (finding) {
      trail.noteDesync(finding)
      if (loadBalancer.desyncMitigation === 'strictest') return this.#refuse(exchange, fail)
      if (loadBalancer.desyncMitigation === 'defensive' && finding.classification === 'Ambiguous') exchange.closeAfter()
    }
    const guard = this.#guard()
    if (!guard) return this.#route({ exchange, request, listener, node, trail, fail })
    const { path, query } = ruleInput(request, exchange.client)
    const account = loadBalancer.arn.split(':')[4] ?? ''
    const source = { name: 'ALB' as const, id: `${account}-${this.#fullName}` }
    trail.noteGuarded()
    guard.check(
      {
        exchange,
        request,
        client: exchange.client,
        path,
        query,
        requestId: trail.traceId,
        source,
        patience: loadBalancer.idleTimeout,
      },
      verdict => {
        if (verdict.kind === 'stalled') return this.#refuse(exchange, fail, 408)
        if (verdict.kind === 'blocked') return this.#block(exchange, verdict.response, listener, trail)
        const headers = [...request.headers, ...verdict.inserted]
        const passed = verdict.inserted.length === 0 ? request : { ...request, headers }
        this.#route({ exchange: verdict.exchange, request: passed, listener, node, trail, fail })
      },
    )
  }

  #route(incoming: Incoming): void {
    const { exchange, request, listener, trail, fail } = incoming
    const input = ruleInput(request, exchange.client)
    const rule = matchRule(listener.rules, input)
    if (!rule) return fail(503)
    trail.noteRule(rule, listener.rules)
    switch (rule.action.kind) {
      case 'redirect':
        return this.#redirect(exchange, rule.action, input, listener, trail, fail)
      case 'fixedResponse': {
        const { status, contentType, body } = rule.action
        trail.fixedResponse(status)
        const fields = ownHeaders(this.#clock.now(), contentType, saysServer(listener))
        return respond(exchange, status, STATUS_CODES[status] ?? '', fields, body)
      }
      case 'forward':
        return this.#forward(incoming, rule.action)
    }
  }

  /**
   * The firewall's answer. `differs:` it carries the request's `X-Amzn-Trace-Id`, by which the firewall's log finds it; AWS
   * tells that to targets alone
   */
  #block(exchange: Exchange, { status, custom, headers, body }: BlockResponse, listener: Listener, trail: Trail): void {
    trail.answeredBySelf(status)
    const text = custom ? (body?.text ?? '') : errorPage(status)
    const type = custom ? (body?.contentType ?? 'text/plain') : 'text/html'
    const fields = ownHeaders(this.#clock.now(), type, saysServer(listener))
    fields.push('X-Amzn-Trace-Id', trail.traceId)
    for (const { Name, Value } of headers) fields.push(Name, Value)
    respond(exchange, status, STATUS_CODES[status] ?? '', fields, text)
  }

  /** What was counted since the last time, by node and target group. */
  takeSamples(): readonly BalancerSample[] {
    const { id } = this.#config.loadBalancer
    return this.nodes.flatMap(node => node.takeSamples(id, this.#underWayFrom(node)))
  }

  #forward(incoming: Incoming, action: Forward): void {
    const { exchange, request, listener, node, trail, fail } = incoming
    const now = this.#clock.now()
    const group = this.#groupFor(action, request, now)
    const session = group && this.#stickiness.targetFor(group, request.headers, now)
    const choice = group?.choose(node.zone, session)
    trail.forwarded(group)
    if (!group || !choice) return fail(503)
    trail.chose(choice, group.config.stickiness !== undefined)
    const { target } = choice
    const { loadBalancer } = this.#config
    const arn = target.config.function
    const common = {
      clock: this.#clock,
      idleTimeout: loadBalancer.idleTimeout,
      target,
      // A function gets a body whole, however it has come.
      head: forwardedHead(loadBalancer, request, exchange.client, trail.traceId, arn ? 0 : exchange.bodyLength),
      upgrade: wantsWebSocket(request),
      onTargetStatus: (status: number, headers: HeaderList) => {
        trail.answeredByTarget(status)
        if (group.config.stickiness === undefined && action.stickiness === undefined) return []
        const { wasSticky } = choice
        return this.#stickiness.cookies({ action, group, target: target.config.id, wasSticky }, headers, now)
      },
    }
    if (arn !== undefined) {
      return callFunction(exchange, {
        ...common,
        group: group.config,
        function: arn,
        invoke: this.#invoke,
        ownFields: () => ownFields(this.#clock.now(), saysServer(listener)),
        onError: (status, reason) => {
          if (reason !== undefined) trail.functionFailed(reason)
          fail(status)
        },
      })
    }
    const socket = target.socketFrom(node.zone)
    if (socket === undefined) group.noteDropped(node.zone, target)
    forward(exchange, {
      ...common,
      socket,
      onTunnelEnd: (sent, received) => trail.tunnelEnded(sent, received),
      onError: (status, failure) => {
        trail.forwardingFailed(failure)
        fail(status)
      },
    })
  }

  #redirect(
    exchange: Exchange,
    action: Redirect,
    input: RuleInput,
    listener: Listener,
    trail: Trail,
    fail: (status: number) => void,
  ): void {
    const location = redirectLocation(action, input, listener.protocol === 'HTTPS' ? 'https' : 'http', listener.port)
    if (location.length > MAX_LOCATION_BYTES) {
      trail.redirectTooLong()
      return fail(507)
    }
    trail.redirected(action.status, location)
    const reason = action.status === 301 ? 'Moved Permanently' : 'Found'
    const headers = [...ownHeaders(this.#clock.now(), 'text/html', saysServer(listener)), 'Location', location]
    respond(exchange, action.status, reason, headers, page(`${action.status} ${reason}`))
  }

  // No fail-over between groups: the chosen one answers, or nobody does.
  #groupFor(action: Forward, request: MessageHead, now: Instant): LiveTargetGroup | undefined {
    const [only] = action.targetGroups
    if (action.targetGroups.length === 1 && only) return this.#groups.get(only.node)
    const session = this.#stickiness.groupFor(action, request.headers, now)
    if (session !== undefined) return this.#groups.get(session)
    const total = action.targetGroups.reduce((sum, group) => sum + group.weight, 0)
    let point = this.#random.next() * total
    for (const { node, weight } of action.targetGroups) {
      point -= weight
      if (point < 0) return this.#groups.get(node)
    }
    return undefined
  }

  #refuse(exchange: Exchange, fail: (status: number) => void, status = 400): void {
    exchange.closeAfter()
    fail(status)
  }

  #underWayFrom(node: LiveNode): number {
    const groups = new Set(
      this.#config.listeners.flatMap(({ rules }) =>
        rules.flatMap(({ action }) => (action.kind === 'forward' ? action.targetGroups.map(group => group.node) : [])),
      ),
    )
    return [...groups].reduce((sum, id) => sum + (this.#groups.get(id)?.underWayFrom(node.zone) ?? 0), 0)
  }

  #isLedAway(node: LiveNode): boolean {
    const { downSince } = node
    return downSince !== undefined && this.#clock.now() - downSince > LED_AWAY_AFTER
  }
}

/** Whether responses that are made here say what made them. */
export const saysServer = ({ serverHeader }: Listener): boolean => serverHeader !== false

const limitsOf = ({ loadBalancer: { idleTimeout, clientKeepAlive } }: BalancerConfig): ConnectionLimits => ({
  idleTimeout,
  keepAlive: clientKeepAlive,
})

/** `app/<name>/<id>` */
const fullNameOf = ({ loadBalancer: { arn, name } }: BalancerConfig): string => arn.split(':loadbalancer/')[1] ?? name
