import type { NodeId } from '@terrace/model'
import { Classes, portRanges } from './classes.ts'
import type { Crossing, Decisions } from './decisions.ts'
import type { FaultState } from './faults.ts'
import type { Interfaces } from './interfaces.ts'
import type { Matcher } from './matching.ts'
import type { NetworkInterface } from './network.ts'
import { AWS_ADDRESSES } from './process/aws-hosts.ts'
import type { PortRange, Reach } from './process/view.ts'
import type { RuleState } from './rule-state.ts'

/** What AWS answers on. */
export const AWS_PORTS: readonly number[] = [80, 443]

/** What becomes of an address for a class of interfaces, whichever of the target's class it is. */
type Template = Omit<Reach, 'address' | 'folder' | 'announceTo' | 'sockets'>

/** What reaching is reckoned from. */
export interface ReachingParts {
  readonly decisions: Decisions
  readonly interfaces: Interfaces
  readonly rules: RuleState
  readonly matcher: Matcher
  readonly faults: FaultState
  /** The endpoint whose interface it is. */
  readonly endpointOf: (interfaceId: string) => NodeId | undefined
  /** What is outside, with its sockets. */
  readonly outside: ReadonlyMap<string, Readonly<Record<number, string>>>
}

/** Reckons what an interface can reach, once for every pair of classes. Forgets everything when a rule changes. */
export class Reaching {
  readonly #parts: ReachingParts
  #classes: Classes
  #templates = new Map<string, Template>()

  constructor(parts: ReachingParts) {
    this.#parts = parts
    this.#classes = new Classes(parts.rules, parts.matcher, parts.faults)
  }

  rulesChanged(): void {
    const { rules, matcher, faults } = this.#parts
    this.#classes = new Classes(rules, matcher, faults)
    this.#templates = new Map()
  }

  classOf(networkInterface: NetworkInterface): string {
    return this.#classes.keyOf(networkInterface)
  }

  /** Everything that is open to an interface, or whose path is; by address. */
  all(from: NetworkInterface): Map<string, Reach> {
    const { interfaces, outside } = this.#parts
    const found = interfaces.all.flatMap(to => this.of(from, to))
    for (const address of Object.values(AWS_ADDRESSES)) found.push(this.#ofAws(from, address))
    for (const [address, sockets] of outside) {
      found.push({ address, sockets, ...this.#outsideTemplate(from, address, `outside ${address}`) })
    }
    return new Map(found.map(reach => [reach.address, reach]))
  }

  /** The addresses of one interface, as another one reaches them. */
  of(from: NetworkInterface, to: NetworkInterface): Reach[] {
    const key = this.#classes.keyOf(to)
    const announceTo = to.announce ? { announceTo: to.address } : {}
    const endpoint = this.#parts.endpointOf(to.id)
    const place = endpoint === undefined ? { folder: to.folder, ...announceTo } : {}
    // Its own address is in it, too: a class is reckoned for one of its members, and holds for the others.
    const reaches: Reach[] = [{ address: to.address, ...place, ...this.#insideTemplate(from, to, key) }]
    if (to.publicIp !== undefined) {
      const template = this.#outsideTemplate(from, to.publicIp, `public ${key}`, to)
      reaches.push({ address: to.publicIp, ...place, ...template })
    }
    return reaches
  }

  #insideTemplate(from: NetworkInterface, to: NetworkInterface, key: string): Template {
    return this.#remember(from, key, () => {
      const endpoint = this.#parts.endpointOf(to.id)
      const template = this.#template(from, port => this.#parts.decisions.inside(from, to, port), to)
      return endpoint === undefined ? template : { ...template, ports: awsPorts(template.ports), door: endpoint }
    })
  }

  #outsideTemplate(from: NetworkInterface, address: string, key: string, to?: NetworkInterface): Template {
    return this.#remember(from, key, () =>
      this.#template(from, port => this.#parts.decisions.outside(from, address, port), to),
    )
  }

  #ofAws(from: NetworkInterface, address: string): Reach {
    const template = this.#remember(from, address, () => {
      const made = this.#template(from, port => this.#parts.decisions.outside(from, address, port))
      const { endpoint } = this.#parts.decisions.outside(from, address, 443)
      return { ...made, ports: awsPorts(made.ports), door: endpoint ?? 'aws' }
    })
    return { address, ...template }
  }

  #template(from: NetworkInterface, ask: (port: number) => Crossing, to?: NetworkInterface): Template {
    const crossings = new Map(this.#classes.portEdges.map(port => [port, ask(port)]))
    const ranges = (passes: (crossing: Crossing) => boolean) =>
      portRanges(
        this.#classes.portEdges,
        port => crossings.get(port),
        crossing => crossing !== undefined && passes(crossing),
      )
    const ports = ranges(({ obstacles }) => obstacles.length === 0)
    const path = ranges(({ obstacles }) => obstacles.every(({ kind }) => kind !== 'path'))
    const untracked = ranges(crossing => crossing.untracked && crossing.obstacles.length === 0)
    const source = crossings.get(1)?.source ?? from.address
    const delay = this.#parts.faults.delayBetween(from, to)
    return {
      ports,
      ...(isEverything(path) ? {} : { path }),
      ...(untracked.length > 0 ? { untracked } : {}),
      ...(source === from.address ? {} : { source }),
      ...(delay ? { delay } : {}),
    }
  }

  #remember(from: NetworkInterface, key: string, make: () => Template): Template {
    const full = `${this.#classes.keyOf(from)} → ${key}`
    const known = this.#templates.get(full)
    if (known) return known
    const made = make()
    this.#templates.set(full, made)
    return made
  }
}

const isEverything = (ranges: readonly PortRange[]): boolean =>
  ranges.length === 1 && ranges[0]?.[0] === 1 && ranges[0][1] === 65_535

const awsPorts = (ranges: readonly PortRange[]): PortRange[] =>
  AWS_PORTS.filter(port => ranges.some(([first, last]) => port >= first && port <= last)).map(port => [port, port])
