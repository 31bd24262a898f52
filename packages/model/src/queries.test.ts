import { TerraceError } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import type { Architecture, ArchitectureNode, Dependency } from './architecture.ts'
import { displayName, findNode, getNode, inDependencyOrder, nodesOf, subnetsOf } from './queries.ts'

const origin = (logicalId: string) => ({
  stack: 's',
  logicalId,
  type: 'AWS::EC2::Subnet',
  place: { file: 'template.yaml', line: 1 },
})

const subnet = (logicalId: string, tags: Record<string, string> = {}): ArchitectureNode => ({
  id: `s/${logicalId}`,
  kind: 'subnet',
  origin: origin(logicalId),
  physicalId: `subnet-${logicalId}`,
  tags,
  vpc: 's/Vpc',
  cidr: '10.0.0.0/24',
  zone: 'us-east-1a',
  mapPublicIpOnLaunch: false,
})

const gateway: ArchitectureNode = {
  id: 's/Gateway',
  kind: 'internetGateway',
  origin: origin('Gateway'),
  physicalId: 'igw-1',
  tags: {},
}

const architecture = (
  nodes: readonly ArchitectureNode[],
  edges: readonly (readonly [string, string])[] = [],
): Architecture => ({
  name: 's',
  region: 'us-east-1',
  account: '123456789012',
  zones: ['us-east-1a'],
  stacks: [],
  nodes,
  dependencies: edges.map(([from, to]): Dependency => ({ from: `s/${from}`, to: `s/${to}` })),
  gaps: [],
})

describe('the queries of an architecture', () => {
  const example = architecture([subnet('A'), gateway, subnet('B')])

  it('give the nodes of a kind in the order of the template', () => {
    expect(nodesOf(example, 'subnet').map(({ id }) => id)).toEqual(['s/A', 's/B'])
    expect(nodesOf(example, 'bucket')).toEqual([])
  })

  it('find a node by id and kind, both of them', () => {
    expect(findNode(example, 's/B', 'subnet')?.physicalId).toBe('subnet-B')
    expect(findNode(example, 's/B', 'bucket')).toBeUndefined()
    expect(findNode(example, 's/C', 'subnet')).toBeUndefined()
  })

  it('blame ourselves when a node that must be there is not', () => {
    const missing = () => getNode(example, 's/C', 'subnet')
    expect(missing).toThrow('the model has no subnet s/C')
    try {
      missing()
    } catch (error) {
      expect(error instanceof TerraceError && error.blame).toBe('internal')
    }
  })

  it('give subnets in the order that was asked for', () => {
    expect(subnetsOf(example, ['s/B', 's/A']).map(({ id }) => id)).toEqual(['s/B', 's/A'])
  })

  it('name a node by its Name tag, else by its path below the stack, else by its logical id', () => {
    const group = subnet('A1B2C3D4')
    const inTree = { ...group, origin: { ...group.origin, constructPath: 'library/App/Group/ASG' } }
    expect(displayName(subnet('A', { Name: 'public' }))).toBe('public')
    expect(displayName(inTree)).toBe('App/Group')
    expect(displayName(group)).toBe('A1B2C3D4')
  })
})

describe('the order of dependencies', () => {
  const order = (nodes: readonly string[], edges: readonly (readonly [string, string])[]) =>
    inDependencyOrder(
      architecture(
        nodes.map(name => subnet(name)),
        edges,
      ),
    ).map(({ origin: { logicalId } }) => logicalId)

  it('puts each node after all that it needs', () => {
    expect(
      order(
        ['A', 'B', 'C', 'D'],
        [
          ['A', 'C'],
          ['C', 'D'],
          ['B', 'D'],
        ],
      ),
    ).toEqual(['D', 'C', 'A', 'B'])
  })

  it('keeps the order of the template among those that are free', () => {
    expect(order(['C', 'A', 'B'], [])).toEqual(['C', 'A', 'B'])
  })

  it('has every node once, also when several need it', () => {
    expect(
      order(
        ['A', 'B', 'C'],
        [
          ['A', 'C'],
          ['B', 'C'],
          ['A', 'B'],
        ],
      ),
    ).toEqual(['C', 'B', 'A'])
  })

  it('passes over what is no node', () => {
    expect(order(['A'], [['A', 'Nothing']])).toEqual(['A'])
  })
})
