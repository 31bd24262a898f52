import { type Architecture, type ArchitectureNode, displayName, type Machine, nodesOf } from '@terrace/model'
import type { Service } from './services/service.ts'

/** Resources that have an effect without anything of them running: what they mean is part of other nodes. */
const UNDERSTOOD = new Set<ArchitectureNode['kind']>(['logGroup', 'role'])

/** What follows for the user when a kind of resource, or a CloudFormation type, is not emulated. */
const CONSEQUENCES: Readonly<Record<string, string>> = {
  scalingPolicy: 'the group stays at its desired capacity',
  vpcEndpoint: 'calls to that service from inside the VPC need another way out',
  'AWS::CloudWatch::Alarm': 'no alarm fires',
  'AWS::EC2::FlowLog': 'connections are not logged',
  'AWS::Logs::LogGroup': 'logs are kept on this machine alone',
  'AWS::WAFv2::WebACL': 'no request is blocked by it',
}

/** Everything of the template that does not run here, one sentence each, with what will therefore not work. */
export function notEmulated(architecture: Architecture, services: readonly Service[]): string[] {
  const emulated = new Set([...UNDERSTOOD, ...services.flatMap(service => service.emulates)])
  const missing = architecture.nodes.filter(node => !emulated.has(node.kind))
  return [...byType(missing), ...partly(architecture)]
}

function byType(nodes: readonly ArchitectureNode[]): string[] {
  const names = new Map<string, { names: string[]; consequence: string }>()
  for (const node of nodes) {
    const entry = names.get(node.origin.type) ?? {
      names: [],
      consequence: CONSEQUENCES[node.kind] ?? CONSEQUENCES[node.origin.type] ?? 'what depends on it will not work',
    }
    entry.names.push(displayName(node))
    names.set(node.origin.type, entry)
  }
  return [...names].map(([type, entry]) => `${type} (${entry.names.join(', ')}) is not emulated: ${entry.consequence}`)
}

/** Features of what does run. */
const partly = (architecture: Architecture): string[] => [
  ...ofNetwork(architecture),
  ...ofBalancing(architecture),
  ...ofStorage(architecture),
  ...ofCompute(architecture),
]

function ofNetwork(architecture: Architecture): string[] {
  return nodesOf(architecture, 'vpc')
    .filter(({ flowLogs }) => flowLogs?.length)
    .map(vpc => `flow logs of ${displayName(vpc)} are not written: what is dropped is said by terrace logs`)
}

function ofBalancing(architecture: Architecture): string[] {
  const balancers = nodesOf(architecture, 'loadBalancer')
  const groups = nodesOf(architecture, 'targetGroup')
  return [
    ...balancers
      .filter(({ scheme }) => scheme === 'internal')
      .map(({ name }) => `the internal load balancer ${name} is not emulated: what calls it gets no answer`),
    ...balancers
      .filter(({ accessLogs }) => accessLogs)
      .map(({ name }) => `access logs of ${name} are shown by terrace logs, and not delivered to their bucket`),
    ...groups
      .filter(({ stickiness }) => stickiness)
      .map(({ name }) => `stickiness of ${name} is not emulated: requests go to the targets in turn`),
    ...groups
      .filter(({ slowStart }) => slowStart > 0)
      .map(({ name }) => `slow start of ${name} is not emulated: a new target gets its full share at once`),
    ...groups
      .filter(({ protocol }) => protocol === 'HTTPS')
      .map(({ name }) => `TLS to the targets of ${name} is not emulated: they are reached in clear`),
  ]
}

function ofStorage(architecture: Architecture): string[] {
  const distributions = nodesOf(architecture, 'distribution')
  const origins = distributions.flatMap(distribution =>
    distribution.origins
      .filter(({ target }) => target.kind === 'custom')
      .map(({ id }) => `${id} of ${displayName(distribution)}`),
  )
  return [
    ...nodesOf(architecture, 'dbInstance')
      .filter(({ multiAz }) => multiAz)
      .map(({ identifier }) => `the standby of ${identifier} is not emulated: there is one database, and no failover`),
    ...nodesOf(architecture, 'bucket')
      .filter(({ versioning }) => versioning)
      .map(({ name }) => `versioning of ${name} is not emulated: an object that is replaced is gone`),
    ...nodesOf(architecture, 'bucket')
      .filter(({ lifecycle }) => lifecycle?.length)
      .map(bucket => `lifecycle rules of ${displayName(bucket)} are not carried out: nothing expires`),
    ...distributions
      .filter(({ logging }) => logging)
      .map(
        distribution =>
          `logs of ${displayName(distribution)} are shown by terrace logs, and not delivered to their bucket`,
      ),
    ...distributions
      .filter(({ webAcl }) => webAcl)
      .map(distribution => `the web ACL of ${displayName(distribution)} is not emulated: no request is blocked by it`),
    ...origins.map(origin => `origin ${origin} is not emulated: only buckets answer, others give 502`),
  ]
}

/** Whether what a machine is meant to run does run here; one that doesn't never becomes healthy. */
export const isEmulated = ({ workload }: Machine): boolean =>
  workload?.processes.every(({ kind }) => kind !== 'nginx') ?? true

function ofCompute(architecture: Architecture): string[] {
  const owners = [...nodesOf(architecture, 'autoScalingGroup'), ...nodesOf(architecture, 'instance')]
  return [
    ...owners.flatMap(owner =>
      (owner.machine.workload?.processes ?? [])
        .filter(({ kind }) => kind === 'nginx')
        .map(
          ({ name }) =>
            `the NGINX process ${name} of ${displayName(owner)} is not emulated: its instances answer nothing`,
        ),
    ),
    ...owners.flatMap(owner =>
      (owner.machine.workload?.processes ?? [])
        .filter(({ kind, files }) => kind === 'image' && files.length > 0)
        .map(
          ({ name }) => `files of the process ${name} of ${displayName(owner)} are not fetched: it starts without them`,
        ),
    ),
    ...nodesOf(architecture, 'autoScalingGroup')
      .filter(({ creation }) => creation)
      .map(
        group =>
          `success signals of ${displayName(group)} are not waited for: terrace up waits for healthy targets instead`,
      ),
  ]
}
