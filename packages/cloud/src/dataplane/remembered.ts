import type { ToDataPlane } from './messages.ts'

/** What the data plane was told and would have to be told again: the newest message about each thing. */
export class Remembered {
  readonly #messages = new Map<string, ToDataPlane>()

  keep(message: ToDataPlane): void {
    const about = subjectOf(message)
    if (about !== undefined) this.#messages.set(about, message)
  }

  /** In an order in which it can be carried out: groups before their targets, balancers before their nodes. */
  all(): readonly ToDataPlane[] {
    return [...this.#messages.values()].sort((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type))
  }
}

const ORDER: readonly ToDataPlane['type'][] = [
  'zones',
  'certificates',
  'names',
  'addresses',
  'firewall',
  'guard',
  'targetGroup',
  'targets',
  'loadBalancer',
  'nodesInService',
  'closedPorts',
  'distribution',
  'origins',
  'listen',
]

function subjectOf(message: ToDataPlane): string | undefined {
  switch (message.type) {
    case 'targetGroup':
      return `targetGroup ${message.targetGroup.id}`
    case 'targets':
      return `targets ${message.targetGroup}`
    case 'loadBalancer':
      return `loadBalancer ${message.config.loadBalancer.id}`
    case 'nodesInService':
    case 'closedPorts':
      return `${message.type} ${message.loadBalancer}`
    case 'distribution':
      return `distribution ${message.distribution.id}`
    case 'origins':
      return `origins ${message.distribution}`
    case 'firewall':
      return `firewall ${message.config.arn}`
    case 'guard':
      return `guard ${message.resource}`
    case 'addresses':
      return `addresses ${message.name}`
    case 'certificates':
    case 'listen':
    case 'names':
    case 'zones':
      return message.type
    // Orders for the moment: an empty cache needs no invalidation. Whatever else comes is nothing that could be kept.
    default:
      return undefined
  }
}
