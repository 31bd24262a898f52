import type { ArchitectureNode } from '@terrace/model'
import { expect, it } from 'vitest'
import { mappingNode } from '../read/template-node.ts'
import type { ResolvedResource } from '../stack/resolved-resource.ts'
import { dependenciesOf } from './dependencies.ts'

const resource = (id: string, ...needs: string[]): ResolvedResource => ({
  id,
  origin: { stack: 's', logicalId: id, type: 'T', place: { file: 'f.yaml', line: 1 } },
  properties: mappingNode(new Map(), 1),
  physicalId: id,
  names: [id],
  attribute: () => undefined,
  attributeList: () => [],
  generatedName: () => id,
  needs,
})

const node = ({ id, origin, physicalId }: ResolvedResource): ArchitectureNode => ({
  id,
  origin,
  physicalId,
  tags: {},
  kind: 'internetGateway',
})

it('who needs a folded resource needs what stands behind it, over any number of them', () => {
  const [gateway, vpc, server] = [resource('gateway'), resource('vpc'), resource('server', 'route', 'vpc')]
  const folded = [resource('attachment', 'gateway', 'vpc'), resource('route', 'attachment')]
  const edges = dependenciesOf([gateway, vpc, server].map(node), [gateway, vpc, server, ...folded])
  expect(edges).toEqual([
    { from: 'server', to: 'gateway' },
    { from: 'server', to: 'vpc' },
  ])
})
