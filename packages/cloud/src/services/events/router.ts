import type { Delivery } from '../../deliveries.ts'
import type { Authorizer } from '../../identity/authorizer.ts'
import type { Principal } from '../../identity/principal.ts'
import { readPolicy } from '../../identity/read-policy.ts'
import type { World } from '../../world.ts'
import { Invocations } from './delivery/invocations.ts'
import { ResourceNotFoundException, ValidationException } from './errors.ts'
import { type BusEvent, readEvent, titleOf } from './event.ts'
import { count } from './metrics.ts'
import { busName } from './names.ts'
import type { Rule } from './rule.ts'
import type { Buses } from './state.ts'
import type { StoredBus } from './stored.ts'

/** Brings events from buses to the targets of the rules that ask for them. */
export class Router {
  readonly #world: World
  readonly #buses: Buses
  readonly #authorizer: Authorizer
  readonly #invocations: Invocations

  constructor(world: World, buses: Buses, authorizer: Authorizer) {
    this.#world = world
    this.#buses = buses
    this.#authorizer = authorizer
    this.#invocations = new Invocations(world, (arn, event, from) => this.#forward(arn, event, from))
  }

  /** What `world.deliveries` brings: an event as EventBridge carries it. @throws ValidationException, AccessDenied */
  receive({ to, from, body }: Delivery): void {
    const event = readEvent(body, this.#world.clock.now())
    if (!event) throw new ValidationException('it is no event: it needs id, source, detail-type and detail')
    const bus = this.#busOf(to)
    // What a service of AWS tells of itself needs no permission on the account's own bus.
    if (from.kind === 'role') this.#requirePermission(bus, event, from)
    this.put(bus.name, event)
  }

  /** Puts an event on a bus; who may do so is decided before. */
  put(bus: string, event: BusEvent): void {
    for (const rule of this.#buses.rulesOf(bus)) {
      if (rule.asksFor(event.content)) this.#run(rule, event, `matches ${titleOf(event)}`)
    }
  }

  /** Runs a rule whose moment has come. */
  run(rule: Rule, event: BusEvent): void {
    this.#run(rule, event, 'runs by its schedule')
  }

  stop(): void {
    this.#invocations.stop()
  }

  #run(rule: Rule, event: BusEvent, because: string): void {
    const { name, bus, node } = rule.stored
    const to = rule.targets.map(({ arn }) => arn)
    this.#world.journal.write({
      kind: 'events.matched',
      ...(node === undefined ? {} : { node }),
      message: `the rule ${name} on ${bus} ${because}, and has ${to.length === 0 ? 'no targets' : `for targets ${to.join(', ')}`}`,
      details: { rule: rule.arn, event: event.content.id, targets: to },
    })
    count(this.#world, rule.stored, 'MatchedEvents')
    this.#invocations.start(rule, event)
  }

  #forward(arn: string, event: BusEvent, from: Principal | undefined): void {
    const bus = this.#busOf(arn)
    if (from?.kind === 'role') this.#requirePermission(bus, event, from)
    this.put(bus.name, event)
  }

  #busOf(arn: string): StoredBus {
    const bus = this.#buses.find(arn)
    if (!bus) throw ResourceNotFoundException.bus(busName(this.#buses.home, arn))
    return bus
  }

  #requirePermission(bus: StoredBus, { content }: BusEvent, principal: Principal): void {
    const document = bus.policy === undefined ? undefined : readPolicy(bus.policy)
    this.#authorizer.require(
      { principal },
      {
        action: 'events:PutEvents',
        resource: this.#buses.arnOf(bus.name),
        resourcePolicy: document && { name: `the policy of the event bus ${bus.name}`, document },
        context: { 'events:source': content.source, 'events:detail-type': content['detail-type'] },
      },
    )
  }
}
