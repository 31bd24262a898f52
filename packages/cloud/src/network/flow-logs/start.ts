import { digest, messageOf, type Stop } from '@terrace/kit'
import { type FlowLog, nodesOf } from '@terrace/model'
import type { World } from '../../world.ts'
import type { NetworkInterface } from '../network.ts'
import { type Batch, deliver, type NamedFlowLog } from './delivery.ts'
import { fieldsOf, formatRecord } from './format.ts'
import { type ObservedNetwork, observe } from './observation.ts'
import { Window } from './window.ts'

/** The flow logs of a system while they run. */
export interface RunningFlowLogs {
  /** Delivers what has gathered, and ends. */
  stop(): Promise<void>
}

/**
 * Starts the flow logs of the template's VPCs and subnets.
 * differs: records arrive as soon as their interval is over, not minutes later
 * @see VPC User Guide, "Logging IP traffic using VPC Flow Logs"
 */
export function startFlowLogs(world: World, network: ObservedNetwork): RunningFlowLogs {
  const running = flowLogsOf(world).map(named => new RunningFlowLog(world, network, named))
  const stopListening =
    running.length === 0
      ? () => {}
      : network.onFlow(flow => {
          for (const row of observe(network, flow)) for (const flowLog of running) flowLog.take(row)
        })
  return {
    async stop() {
      stopListening()
      await Promise.all(running.map(flowLog => flowLog.stop()))
    },
  }
}

interface LogOfPart extends NamedFlowLog {
  readonly covers: (networkInterface: NetworkInterface) => boolean
}

function flowLogsOf({ architecture }: World): readonly LogOfPart[] {
  const subnets = nodesOf(architecture, 'subnet')
  const vpcOf = new Map(subnets.map(({ id, vpc }) => [id, vpc]))
  const name = (of: string, log: FlowLog, covers: LogOfPart['covers']): LogOfPart => ({
    id: `fl-${digest(`${of} ${log.destination} ${log.target} ${log.traffic}`, 17)}`,
    of,
    log,
    fields: fieldsOf(log.format),
    covers,
  })
  return [
    ...nodesOf(architecture, 'vpc').flatMap(({ id, flowLogs = [] }) =>
      flowLogs.map(log => name(id, log, ({ subnet }) => vpcOf.get(subnet) === id)),
    ),
    ...subnets.flatMap(({ id, flowLogs = [] }) => flowLogs.map(log => name(id, log, ({ subnet }) => subnet === id))),
  ]
}

/** One flow log: gathers for its interval, then writes. */
class RunningFlowLog {
  readonly #world: World
  readonly #network: ObservedNetwork
  readonly #named: LogOfPart
  readonly #window = new Window()
  readonly #stopTicking: Stop
  #windowBegan: number
  #failedBecause: string | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(world: World, network: ObservedNetwork, named: LogOfPart) {
    this.#world = world
    this.#network = network
    this.#named = named
    this.#windowBegan = world.clock.now()
    this.#stopTicking = world.clock.every(named.log.aggregation, () => this.#write())
  }

  take(row: Parameters<Window['add']>[0]): void {
    const { traffic } = this.#named.log
    if (traffic !== 'ALL' && (traffic === 'ACCEPT') !== row.accepted) return
    if (this.#named.covers(row.at)) this.#window.add(row)
  }

  async stop(): Promise<void> {
    this.#stopTicking()
    this.#write()
    await this.#writing
  }

  #write(): void {
    const batches = this.#batches()
    if (batches.length === 0) return
    this.#writing = this.#writing.then(() => this.#deliver(batches))
  }

  // An interface that saw nothing says so; one that is gone still says what it saw.
  #batches(): readonly Batch[] {
    const { architecture, clock } = this.#world
    const { fields, covers } = this.#named
    const { rows, skipped } = this.#window.take()
    const window = { architecture, start: this.#windowBegan, end: clock.now() }
    this.#windowBegan = window.end
    const interfaces = new Map(this.#network.interfaces().map(each => [each.id, each]))
    for (const [id, [first]] of rows) if (first) interfaces.set(id, first.at)
    return [...interfaces.values()].filter(covers).map(at => {
      const own = rows.get(at.id) ?? []
      const records = own.map(summary => formatRecord(fields, { ...window, at, status: 'OK' }, summary))
      if (skipped.has(at.id)) records.push(formatRecord(fields, { ...window, at, status: 'SKIPDATA' }))
      if (records.length === 0) records.push(formatRecord(fields, { ...window, at, status: 'NODATA' }))
      return { interfaceId: at.id, records }
    })
  }

  async #deliver(batches: readonly Batch[]): Promise<void> {
    try {
      await deliver(this.#world, this.#named, batches)
      this.#failedBecause = undefined
    } catch (error) {
      const because = messageOf(error)
      if (this.#failedBecause === because) return
      this.#failedBecause = because
      const { id, of, log } = this.#named
      this.#world.journal.write({
        kind: 'network.flowLogFailed',
        node: of,
        message: `the flow log ${id} writes nothing to ${log.target}: ${because}`,
        details: { flowLog: id, destination: log.destination, target: log.target },
      })
    }
  }
}
