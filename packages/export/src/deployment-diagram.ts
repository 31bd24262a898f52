import { type Architecture, displayName, getNode, nodesOf, type Subnet } from '@terrace/model'
import { Flowchart } from './mermaid.ts'

/** Where everything stands: VPC, zones, subnets, and what each of them holds, as a Mermaid flowchart. */
export function deploymentDiagram(architecture: Architecture): string {
  const chart = new Flowchart('TB')
  for (const vpc of nodesOf(architecture, 'vpc')) {
    chart.group(vpc.id, `VPC ${vpc.cidr}`, () => {
      for (const zone of architecture.zones) {
        const subnets = nodesOf(architecture, 'subnet').filter(subnet => subnet.vpc === vpc.id && subnet.zone === zone)
        if (subnets.length === 0) continue
        chart.group(`${vpc.id} ${zone}`, zone, () => {
          for (const subnet of subnets) drawSubnet(chart, architecture, subnet)
        })
      }
    })
    if (vpc.internetGateway) {
      chart.node('internet', 'person', 'Internet')
      for (const subnet of nodesOf(architecture, 'subnet').filter(
        each => leadsTo(architecture, each) === 'internetGateway',
      )) {
        chart.arrow('internet', subnet.id)
      }
    }
  }
  return chart.toString()
}

function drawSubnet(chart: Flowchart, architecture: Architecture, subnet: Subnet): void {
  const way = { internetGateway: 'public', natGateway: 'private, out by NAT', none: 'isolated' }[
    leadsTo(architecture, subnet)
  ]
  chart.group(subnet.id, `${subnet.cidr} · ${way}`, () => {
    const contents = contentsOf(architecture, subnet)
    for (const [id, label] of contents) chart.node(`${subnet.id} ${id}`, 'box', ...label)
    if (contents.length === 0) chart.node(`${subnet.id} empty`, 'round', 'nothing')
  })
}

function contentsOf(architecture: Architecture, { id }: Subnet): [string, string[]][] {
  return [
    ...nodesOf(architecture, 'natGateway')
      .filter(nat => nat.subnet === id)
      .map((nat): [string, string[]] => [nat.id, ['NAT gateway', nat.elasticIp ? 'Elastic IP' : 'private']]),
    ...nodesOf(architecture, 'loadBalancer')
      .filter(balancer => balancer.subnets.includes(id))
      .map((balancer): [string, string[]] => [balancer.id, ['Load balancer node', displayName(balancer)]]),
    ...nodesOf(architecture, 'autoScalingGroup')
      .filter(group => group.subnets.includes(id))
      .map((group): [string, string[]] => [group.id, ['Auto Scaling group', displayName(group)]]),
    ...nodesOf(architecture, 'ecsService')
      .filter(service => service.subnets.includes(id))
      .map((service): [string, string[]] => [service.id, ['ECS service', displayName(service)]]),
    ...nodesOf(architecture, 'instance')
      .filter(instance => instance.subnet === id)
      .map((instance): [string, string[]] => [instance.id, ['EC2 instance', displayName(instance)]]),
    ...nodesOf(architecture, 'dbInstance')
      .filter(database => database.subnets.includes(id))
      .map((database): [string, string[]] => [
        database.id,
        ['RDS subnet group', database.multiAz ? 'primary or standby' : database.identifier],
      ]),
  ]
}

function leadsTo(architecture: Architecture, subnet: Subnet): 'internetGateway' | 'natGateway' | 'none' {
  if (!subnet.routeTable) return 'none'
  const { routes } = getNode(architecture, subnet.routeTable, 'routeTable')
  const kind = routes.find(route => route.destination === '0.0.0.0/0')?.target.kind
  return kind === 'internetGateway' || kind === 'natGateway' ? kind : 'none'
}
