import type { RouteTarget } from '@terrace/model'
import { type BuilderTable, type FoldContext, fold, node } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

// Each property that may name a route's target, with the node kind that is modelled for it.
const TARGETS = [
  { key: 'GatewayId', kind: 'internetGateway' },
  { key: 'NatGatewayId', kind: 'natGateway' },
  { key: 'VpcEndpointId', kind: 'vpcEndpoint' },
  { key: 'InstanceId', kind: 'instance' },
] as const

const OTHER_TARGETS = [
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'NetworkInterfaceId',
  'CarrierGatewayId',
  'LocalGatewayId',
  'CoreNetworkArn',
]

/** Route tables and their routes. */
export const routing: BuilderTable = {
  'AWS::EC2::RouteTable': node(context => ({
    ...context.base('routeTable'),
    vpc: context.need(context.properties, 'VpcId', 'vpc'),
    routes: [],
  })),
  'AWS::EC2::Route': fold(context => {
    const { properties } = context
    const table = context.find(properties, 'RouteTableId', 'routeTable')
    const destination = properties.text('DestinationCidrBlock')
    const target = targetOf(context, properties)
    // The model routes IPv4; other destinations stay unread and are listed.
    if (table === undefined || destination === undefined || !target) return
    context.update(table, 'routeTable', old => ({ ...old, routes: [...old.routes, { destination, target }] }))
  }),
}

function targetOf(context: FoldContext, properties: PropertyReader): RouteTarget | undefined {
  for (const { key, kind } of TARGETS) {
    const value = properties.text(key)
    if (value === undefined) continue
    const found = context.lookUp(value, kind)
    if (found) return { kind, node: found.id }
    return blackhole(context, properties, key, 'value')
  }
  const other = OTHER_TARGETS.find(key => properties.has(key))
  return other === undefined ? undefined : blackhole(context, properties, other, 'property')
}

function blackhole(
  context: FoldContext,
  properties: PropertyReader,
  key: string,
  kind: 'property' | 'value',
): RouteTarget {
  const because = `${key} ${properties.text(key) ?? ''} is not modelled`
  context.gap(kind, properties.pathOf(key), properties.placeOf(key).line, `${because}: what takes this route is lost`)
  return { kind: 'blackhole', because }
}
