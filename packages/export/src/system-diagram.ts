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
import { askedBy, publicRecords } from './ways-in.ts'

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
  const guarded = new Set(nodesOf(architecture, 'webAclAssociation').map(({ resourceArn }) => resourceArn))
  for (const { id, scheme, arn } of balancers) {
    chart.node(id, 'round', 'Application Load Balancer', scheme, ...(guarded.has(arn) ? ['behind AWS WAF'] : []))
  }
  for (const group of nodesOf(architecture, 'autoScalingGroup')) chart.node(group.id, 'box', ...groupLabel(group))
  for (const service of nodesOf(architecture, 'ecsService'))
    chart.node(service.id, 'box', 'ECS service', displayName(service), `${service.desiredCount} tasks`)
  for (const database of nodesOf(architecture, 'dbInstance'))
    chart.node(database.id, 'store', ...databaseLabel(database))
  const tables = tablePaths(architecture)
  for (const id of new Set(tables.map(([, table]) => table))) chart.node(id, 'store', 'DynamoDB table')

  for (const [name, target] of publicRecords(architecture)) chart.arrow('user', target, name)
  for (const distribution of distributions) {
    for (const bucket of nodesOf(architecture, 'bucket')) {
      const origin = distribution.origins.find(({ domainName }) => domainName.startsWith(`${bucket.name}.s3.`))
      if (origin) chart.arrow(distribution.id, bucket.id, origin.target.kind === 's3' ? 'origin access control' : '')
    }
  }
  for (const group of nodesOf(architecture, 'autoScalingGroup')) {
    for (const [balancer, { protocol, port }] of askedBy(architecture, group.targetGroups))
      chart.arrow(balancer, group.id, `${protocol} ${port}`)
  }
  for (const [from, to, how] of balancerPaths(architecture)) chart.arrow(from, to, how)
  for (const service of nodesOf(architecture, 'ecsService')) {
    const groups = service.targets.map(({ targetGroup }) => targetGroup)
    for (const [balancer, { protocol, port }] of askedBy(architecture, groups))
      chart.arrow(balancer, service.id, `${protocol} ${port}`)
  }
  for (const [from, to] of tables) chart.arrow(from, to, 'HTTPS')
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

/** The groups whose security group an internal balancer lets in, each with how it is asked. */
function balancerPaths(architecture: Architecture): [string, string, string][] {
  const internal = nodesOf(architecture, 'loadBalancer').filter(({ scheme }) => scheme === 'internal')
  return internal.flatMap(({ id, securityGroups }) => {
    const rules = securityGroups.flatMap(group => getNode(architecture, group, 'securityGroup').ingress)
    return nodesOf(architecture, 'listener')
      .filter(
        ({ loadBalancer, rules: ways }) => loadBalancer === id && ways.some(({ action }) => action.kind === 'forward'),
      )
      .flatMap(({ protocol, port }) =>
        nodesOf(architecture, 'autoScalingGroup')
          .filter(({ machine }) => rules.some(rule => letsIn(rule, machine.securityGroups, port)))
          .map((group): [string, string, string] => [group.id, id, `${protocol} ${port}`]),
      )
  })
}

/** The services that are told the name of a table. */
function tablePaths(architecture: Architecture): [string, string][] {
  return nodesOf(architecture, 'ecsService').flatMap(({ id, taskDefinition }) => {
    const { containers } = getNode(architecture, taskDefinition, 'taskDefinition')
    const told = new Set(containers.flatMap(({ environment }) => Object.values(environment)))
    return nodesOf(architecture, 'table')
      .filter(({ name }) => told.has(name))
      .map((table): [string, string] => [id, table.id])
  })
}

const letsIn = ({ peer, ports }: SecurityGroupRule, groups: readonly string[], port: number): boolean =>
  peer.kind === 'securityGroup' &&
  groups.includes(peer.node) &&
  (ports === undefined || (port >= ports[0] && port <= ports[1]))
