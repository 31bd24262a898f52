import { type Architecture, type ArchitectureNode, displayName, nodesOf } from '@terrace/model'
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
function partly(architecture: Architecture): string[] {
  return [
    ...nodesOf(architecture, 'dbInstance')
      .filter(database => database.multiAz)
      .map(({ identifier }) => `the standby of ${identifier} is not emulated: there is one database, and no failover`),
    ...nodesOf(architecture, 'loadBalancer')
      .filter(balancer => balancer.scheme === 'internal')
      .map(({ name }) => `the internal load balancer ${name} is not emulated: what calls it gets no answer`),
    ...nodesOf(architecture, 'loadBalancer')
      .filter(balancer => balancer.accessLogs)
      .map(({ name }) => `access logs of ${name} are shown by terrace logs, and not delivered to their bucket`),
    ...nodesOf(architecture, 'targetGroup')
      .filter(group => group.stickiness)
      .map(({ name }) => `stickiness of ${name} is not emulated: requests go to the targets in turn`),
    ...nodesOf(architecture, 'targetGroup')
      .filter(group => group.slowStart > 0)
      .map(({ name }) => `slow start of ${name} is not emulated: a new target gets its full share at once`),
    ...nodesOf(architecture, 'distribution').flatMap(({ origins, physicalId }) =>
      origins
        .filter(origin => origin.target.kind === 'custom')
        .map(origin => `origin ${origin.id} of ${physicalId} is not emulated: only buckets answer, others give 502`),
    ),
    ...[...nodesOf(architecture, 'autoScalingGroup'), ...nodesOf(architecture, 'instance')].flatMap(owner =>
      (owner.machine.workload?.processes ?? [])
        .filter(process => process.kind === 'nginx')
        .map(
          ({ name }) =>
            `the NGINX process ${name} of ${displayName(owner)} is not emulated: its instances answer nothing`,
        ),
    ),
  ]
}
