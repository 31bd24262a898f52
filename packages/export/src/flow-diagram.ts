import {
  type Architecture,
  type AutoScalingGroup,
  displayName,
  getNode,
  nodesOf,
  type WorkloadProcess,
} from '@terrace/model'
import { Flowchart } from './mermaid.ts'
import { askedBy, publicRecords } from './ways-in.ts'

/** What a flow may lead to beside balancers and processes. */
export type FlowEnd = 'database' | 'bucket' | 'queue' | 'mail'

/**
 * The way of a request, process by process, as a Mermaid flowchart: from the name that users type, through balancers, to
 * what the processes name in their environment or configuration. Processes that no balancer asks get their work from the
 * queue that they name; they are left out where queues are.
 *
 * @param ends  what is shown beside balancers and processes
 */
export function flowDiagram(architecture: Architecture, ends: readonly FlowEnd[]): string {
  const chart = new Flowchart('LR')
  const ways = waysOf(architecture, ends)
  const shown = new Set(ways.flatMap(({ from, to }) => [from, to]))
  chart.node('user', 'person', 'Browser')
  for (const { id, scheme } of nodesOf(architecture, 'loadBalancer'))
    if (shown.has(id)) chart.node(id, 'round', 'Application Load Balancer', scheme)
  for (const { id, group, process } of hosted(architecture))
    if (shown.has(id)) chart.node(id, 'box', titleOf(process), `on ${displayName(group)}`)
  for (const { id, label } of stores(architecture)) if (shown.has(id)) chart.node(id, 'store', ...label)
  for (const { from, to, label } of ways) chart.arrow(from, to, label)
  return chart.toString()
}

interface Way {
  readonly from: string
  readonly to: string
  readonly label: string
}

function waysOf(architecture: Architecture, ends: readonly FlowEnd[]): readonly Way[] {
  const processes = hosted(architecture).filter(({ asked }) => asked || ends.includes('queue'))
  const wanted = stores(architecture).filter(({ end }) => ends.includes(end))
  return [
    ...publicRecords(architecture).map(([name, to]) => ({ from: 'user', to, label: name })),
    ...processes.flatMap(({ id, balancers, process }) =>
      balancers.map(from => ({ from, to: id, label: `HTTP ${process.port ?? ''}` })),
    ),
    ...processes.flatMap(({ id, process }) =>
      nodesOf(architecture, 'loadBalancer')
        .filter(({ dnsName }) => textOf(process).includes(dnsName))
        .map(balancer => ({ from: id, to: balancer.id, label: 'HTTP 80' })),
    ),
    ...processes.flatMap(({ id, process, asked }) =>
      wanted
        .filter(store => names(process, store))
        .map(({ id: store, end, label }) =>
          end === 'queue' && !asked
            ? { from: store, to: id, label: 'receives' }
            : { from: id, to: store, label: WORDS[end](label) },
        ),
    ),
    ...nodesOf(architecture, 'queue').flatMap(({ id, redrive }) => {
      const aside = wanted.find(({ arn }) => arn !== undefined && arn === redrive?.deadLetterArn)
      return aside ? [{ from: id, to: aside.id, label: `after ${redrive?.maxReceiveCount} attempts` }] : []
    }),
  ]
}

const WORDS: Readonly<Record<FlowEnd, (label: readonly string[]) => string>> = {
  database: () => 'SQL',
  bucket: () => 'reads',
  queue: ([kind]) => (kind === DEAD_LETTERS ? 'looks, and sends again' : 'sends'),
  mail: () => 'sends',
}

const DEAD_LETTERS = 'SQS dead-letter queue'

/** A process of a group, and the balancers that ask it. */
interface Hosted {
  readonly id: string
  readonly group: AutoScalingGroup
  readonly process: WorkloadProcess
  readonly balancers: readonly string[]
  readonly asked: boolean
}

const hosted = (architecture: Architecture): readonly Hosted[] =>
  nodesOf(architecture, 'autoScalingGroup').flatMap(group => {
    const ways = [...askedBy(architecture, group.targetGroups)]
    return (group.machine.workload?.processes ?? []).map(process => {
      const balancers = ways.filter(([, { port }]) => port === process.port).map(([balancer]) => balancer)
      return { id: `${group.id} ${process.name}`, group, process, balancers, asked: balancers.length > 0 }
    })
  })

interface Store {
  readonly id: string
  readonly end: FlowEnd
  /** How a process names it. */
  readonly knownAs: string
  readonly label: readonly string[]
  readonly arn?: string
}

function stores(architecture: Architecture): readonly Store[] {
  const aside = new Set(nodesOf(architecture, 'queue').flatMap(({ redrive }) => redrive?.deadLetterArn ?? []))
  return [
    ...nodesOf(architecture, 'dbInstance').map(({ id, endpoint, multiAz }): Store => {
      return { id, end: 'database', knownAs: endpoint, label: ['RDS for MySQL', multiAz ? 'Multi-AZ' : 'one zone'] }
    }),
    ...nodesOf(architecture, 'bucket').map(({ id, name }): Store => {
      const label = ['S3 bucket', displayName(getNode(architecture, id, 'bucket'))]
      return { id, end: 'bucket', knownAs: name, label }
    }),
    ...nodesOf(architecture, 'queue').map(({ id, url, arn }): Store => {
      return { id, end: 'queue', knownAs: url, arn, label: [aside.has(arn) ? DEAD_LETTERS : 'SQS queue'] }
    }),
    ...nodesOf(architecture, 'emailIdentity').map(({ id, identity }): Store => {
      return { id, end: 'mail', knownAs: `@${identity}`, label: ['SES', identity] }
    }),
  ]
}

/** What is written on a process. */
function titleOf({ kind, name }: WorkloadProcess): string {
  if (kind === 'image') return name
  return kind === 'nginx' ? 'NGINX' : 'PostgreSQL'
}

/** Whether a process is told of it. Of addresses only one to send from counts. */
function names(process: WorkloadProcess, { end, knownAs }: Store): boolean {
  if (end !== 'mail' || process.kind !== 'image') return textOf(process).includes(knownAs)
  return Object.entries(process.environment).some(
    ([name, value]) => /FROM|SENDER/.test(name) && value.includes(knownAs),
  )
}

/** Everything that a process is told. */
function textOf(process: WorkloadProcess): string {
  const files = process.files.map(({ source }) => source).join('\n')
  if (process.kind === 'nginx') return `${process.configuration}\n${files}`
  if (process.kind === 'postgres') return process.backups?.target ?? ''
  return `${Object.values(process.environment).join('\n')}\n${files}`
}
