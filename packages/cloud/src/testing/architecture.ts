import type {
  Architecture,
  ArchitectureNode,
  NodeKind,
  NodeOf,
  Peer,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
} from '@terrace/model'

/** A node for a test: what isn't given is filled in by the caller's own builder. */
export function testNode<K extends NodeKind>(
  kind: K,
  id: string,
  rest: Omit<NodeOf<K>, 'kind' | 'id' | 'origin' | 'physicalId' | 'tags'> & { physicalId?: string },
): NodeOf<K> {
  const origin = { stack: 'test', logicalId: id, type: `Test::${kind}`, place: { file: 'test.yaml', line: 1 } }
  return { kind, id, origin, physicalId: id, tags: {}, ...rest } as NodeOf<K>
}

/** An architecture of the given nodes, in us-east-1 and account 123456789012. */
export function testArchitecture(nodes: readonly ArchitectureNode[]): Architecture {
  return {
    name: 'test',
    region: 'us-east-1',
    account: '123456789012',
    zones: ['us-east-1a', 'us-east-1b'],
    stacks: [],
    nodes,
    dependencies: [],
    gaps: [],
  }
}

export const tcp = (port: number, peer: Peer | string): SecurityGroupRule => ({
  protocol: 'tcp',
  ports: [port, port],
  peer: typeof peer === 'string' ? groupOrCidr(peer) : peer,
})

const groupOrCidr = (text: string): Peer =>
  text.includes('/') ? { kind: 'cidr', cidr: text } : { kind: 'securityGroup', node: text }

export const ANYWHERE: SecurityGroupRule = { protocol: 'all', peer: { kind: 'cidr', cidr: '0.0.0.0/0' } }

export const securityGroup = (
  id: string,
  ingress: readonly SecurityGroupRule[],
  egress: readonly SecurityGroupRule[] = [ANYWHERE],
): SecurityGroup => testNode('securityGroup', id, { vpc: 'vpc', name: id, description: id, ingress, egress })

export const subnet = (id: string, cidr: string, zone: string, rest: Partial<Subnet> = {}): Subnet => ({
  ...testNode('subnet', id, { vpc: 'vpc', cidr, zone, mapPublicIpOnLaunch: false }),
  ...rest,
})

/**
 * Two zones with a public, an application and a data subnet each; a NAT gateway in the first zone; groups for balancer
 * (80, 443 from anywhere), application (8000 from the balancer) and database (3306 from the application).
 */
export function threeTiers(): ArchitectureNode[] {
  const route = (kind: 'internetGateway' | 'natGateway', node: string) => [
    { destination: '0.0.0.0/0', target: { kind, node } },
  ]
  return [
    testNode('vpc', 'vpc', { cidr: '10.0.0.0/16', dnsSupport: true, dnsHostnames: true, internetGateway: 'igw' }),
    testNode('internetGateway', 'igw', { vpc: 'vpc' }),
    testNode('elasticIp', 'eip', { allocationId: 'eipalloc-1' }),
    testNode('natGateway', 'nat', { subnet: 'public-a', connectivity: 'public', elasticIp: 'eip' }),
    testNode('routeTable', 'public', { vpc: 'vpc', routes: route('internetGateway', 'igw') }),
    testNode('routeTable', 'private', { vpc: 'vpc', routes: route('natGateway', 'nat') }),
    testNode('routeTable', 'isolated', { vpc: 'vpc', routes: [] }),
    subnet('public-a', '10.0.0.0/24', 'us-east-1a', { routeTable: 'public' }),
    subnet('public-b', '10.0.1.0/24', 'us-east-1b', { routeTable: 'public' }),
    subnet('app-a', '10.0.2.0/24', 'us-east-1a', { routeTable: 'private' }),
    subnet('app-b', '10.0.3.0/24', 'us-east-1b', { routeTable: 'private' }),
    subnet('data-a', '10.0.4.0/24', 'us-east-1a', { routeTable: 'isolated' }),
    subnet('data-b', '10.0.5.0/24', 'us-east-1b', { routeTable: 'isolated' }),
    securityGroup('balancer', [tcp(80, '0.0.0.0/0'), tcp(443, '0.0.0.0/0')], [tcp(8000, 'app')]),
    securityGroup('app', [tcp(8000, 'balancer')], [tcp(3306, 'database'), tcp(443, '0.0.0.0/0')]),
    securityGroup('database', [tcp(3306, 'app')], []),
  ]
}
