import {
  type Architecture,
  type AutoScalingGroup,
  type DbInstance,
  displayName,
  getNode,
  nodesOf,
  type SecurityGroupRule,
} from '@terrace/model'
import { Flowchart } from './mermaid.ts'
import { publicRecords, targetPorts } from './ways-in.ts'

/**
 * Who talks to whom: from the names that users type to the database, as a Mermaid flowchart. Every node and arrow is in
 * the model; nothing is drawn by hand.
 */
export function systemDiagram(architecture: Architecture): string {
  const chart = new Flowchart('LR')
  chart.node('user', 'person', 'Browser')
  const balancers = nodesOf(architecture, 'loadBalancer')
  const distributions = nodesOf(architecture, 'distribution')
  for (const { id } of distributions) chart.node(id, 'round', 'CloudFront distribution')
  for (const bucket of nodesOf(architecture, 'bucket').filter(bucket => isOrigin(architecture, bucket.name))) {
    chart.node(bucket.id, 'store', 'S3 bucket', 'private')
  }
  for (const { id, scheme } of balancers) chart.node(id, 'round', 'Application Load Balancer', scheme)
  for (const group of nodesOf(architecture, 'autoScalingGroup')) chart.node(group.id, 'box', ...groupLabel(group))
  for (const database of nodesOf(architecture, 'dbInstance'))
    chart.node(database.id, 'store', ...databaseLabel(database))

  for (const [name, target] of publicRecords(architecture)) chart.arrow('user', target, name)
  for (const distribution of distributions) {
    for (const bucket of nodesOf(architecture, 'bucket')) {
      const origin = distribution.origins.find(({ domainName }) => domainName.startsWith(`${bucket.name}.s3.`))
      if (origin) chart.arrow(distribution.id, bucket.id, origin.target.kind === 's3' ? 'origin access control' : '')
    }
  }
  for (const group of nodesOf(architecture, 'autoScalingGroup')) {
    for (const [balancer, port] of targetPorts(architecture, group)) chart.arrow(balancer, group.id, `HTTP ${port}`)
  }
  for (const [from, to, port] of databasePaths(architecture)) chart.arrow(from, to, `TCP ${port}`)
  return chart.toString()
}

const groupLabel = (group: AutoScalingGroup): string[] => [
  'Auto Scaling group',
  displayName(group),
  `${group.minSize}–${group.maxSize} × ${group.machine.instanceType}`,
]

const databaseLabel = (database: DbInstance): string[] => [
  `RDS for ${database.engine === 'mysql' ? 'MySQL' : database.engine}`,
  database.multiAz ? 'Multi-AZ' : 'one zone',
]

const isOrigin = (architecture: Architecture, bucket: string): boolean =>
  nodesOf(architecture, 'distribution').some(({ origins }) =>
    origins.some(origin => origin.domainName.startsWith(`${bucket}.s3.`)),
  )

/** The groups whose security group a database lets in. */
function databasePaths(architecture: Architecture): [string, string, number][] {
  return nodesOf(architecture, 'dbInstance').flatMap(database => {
    const rules = database.securityGroups.flatMap(id => getNode(architecture, id, 'securityGroup').ingress)
    return nodesOf(architecture, 'autoScalingGroup')
      .filter(group => rules.some(rule => letsIn(rule, group.machine.securityGroups, database.port)))
      .map((group): [string, string, number] => [group.id, database.id, database.port])
  })
}

const letsIn = ({ peer, ports }: SecurityGroupRule, groups: readonly string[], port: number): boolean =>
  peer.kind === 'securityGroup' &&
  groups.includes(peer.node) &&
  (ports === undefined || (port >= ports[0] && port <= ports[1]))
