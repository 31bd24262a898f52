import { digest } from '@terrace/kit'
import { findNode, nodesOf, type Route, type RouteTable, type RouteTarget, type Subnet } from '@terrace/model'
import { z } from 'zod'
import type { Operation } from '../../../gateway/api.ts'
import { MissingParameter, RouteAlreadyExists, RouteNotFound } from '../errors.ts'
import { tagSet } from '../tags.ts'
import { describing, ec2Operation } from './describe.ts'
import { arnOf, type Ec2Site, nodeWithId, physicalIdOf } from './site.ts'

/** Route tables and their routes, as the network has them now. */
export function routeOperations(site: Ec2Site): readonly Operation[] {
  const { architecture, tags } = site
  const subnets = (table: RouteTable): readonly Subnet[] =>
    nodesOf(architecture, 'subnet').filter(({ routeTable }) => routeTable === table.id)
  return [
    describing({
      name: 'DescribeRouteTables',
      ids: 'RouteTableId',
      kind: 'routeTable',
      idOf: table => table.physicalId,
      items: () => nodesOf(architecture, 'routeTable'),
      tagsOf: table => tags.of(table.physicalId, table.tags),
      filters: {
        'route-table-id': table => [table.physicalId],
        'vpc-id': table => [physicalIdOf(site, table.vpc)],
        'association.subnet-id': table => subnets(table).map(({ physicalId }) => physicalId),
        'association.main': () => ['false'],
        'route.destination-cidr-block': table => site.network.rules.routes(table.id).map(route => route.destination),
      },
      write: table => ({
        routeTableId: table.physicalId,
        vpcId: physicalIdOf(site, table.vpc),
        ownerId: architecture.account,
        routeSet: [
          localRoute(site, table),
          ...site.network.rules.routes(table.id).map(route => describeRoute(site, route)),
        ],
        associationSet: subnets(table).map(subnet => ({
          routeTableAssociationId: `rtbassoc-${digest(subnet.id, 17)}`,
          routeTableId: table.physicalId,
          subnetId: subnet.physicalId,
          main: false,
          associationState: { state: 'associated' },
        })),
        propagatingVgwSet: [],
        tagSet: tagSet(tags.of(table.physicalId, table.tags)),
      }),
      set: 'routeTableSet',
    }),
    writing(site, 'CreateRoute'),
    writing(site, 'ReplaceRoute'),
    ec2Operation({
      name: 'DeleteRoute',
      input: { RouteTableId: z.string(), DestinationCidrBlock: z.string() },
      authorize: ({ RouteTableId: id }) => accessTo(site, 'DeleteRoute', id),
      run({ RouteTableId: id, DestinationCidrBlock: destination }) {
        const table = nodeWithId(site, 'routeTable', id)
        change(site, table, routes => {
          if (!routes.some(route => route.destination === destination)) throw new RouteNotFound(id, destination)
          return routes.filter(route => route.destination !== destination)
        })
        return { return: true }
      },
    }),
  ]
}

const targets = {
  GatewayId: z.string().optional(),
  NatGatewayId: z.string().optional(),
  InstanceId: z.string().optional(),
  VpcEndpointId: z.string().optional(),
}

function writing(site: Ec2Site, name: 'CreateRoute' | 'ReplaceRoute'): Operation {
  return ec2Operation({
    name,
    input: { RouteTableId: z.string(), DestinationCidrBlock: z.string(), ...targets },
    authorize: ({ RouteTableId: id }) => accessTo(site, name, id),
    run({ RouteTableId: id, DestinationCidrBlock: destination, ...to }) {
      const table = nodeWithId(site, 'routeTable', id)
      const target = targetOf(site, to)
      change(site, table, routes => {
        const exists = routes.some(route => route.destination === destination)
        if (name === 'CreateRoute' && exists) throw new RouteAlreadyExists(destination)
        if (name === 'ReplaceRoute' && !exists) throw new RouteNotFound(id, destination)
        return [...routes.filter(route => route.destination !== destination), { destination, target }]
      })
      return { return: true }
    },
  })
}

function targetOf(site: Ec2Site, to: { readonly [Member in keyof typeof targets]?: string | undefined }): RouteTarget {
  const { GatewayId: gateway, NatGatewayId: nat, InstanceId: instance, VpcEndpointId: endpoint } = to
  if (nat !== undefined) return { kind: 'natGateway', node: nodeWithId(site, 'natGateway', nat).id }
  if (instance !== undefined) return { kind: 'instance', node: nodeWithId(site, 'instance', instance).id }
  const vpce = endpoint ?? (gateway?.startsWith('vpce-') ? gateway : undefined)
  if (vpce !== undefined) return { kind: 'vpcEndpoint', node: nodeWithId(site, 'vpcEndpoint', vpce).id }
  if (gateway === undefined) throw new MissingParameter('GatewayId, NatGatewayId, InstanceId or VpcEndpointId')
  return { kind: 'internetGateway', node: nodeWithId(site, 'internetGateway', gateway).id }
}

const accessTo = (site: Ec2Site, name: string, id: string) => ({
  action: `ec2:${name}`,
  resource: arnOf(site, 'route-table', id),
})

function change(
  { network, world }: Ec2Site,
  table: RouteTable,
  next: (routes: readonly Route[]) => readonly Route[],
): void {
  network.rules.setRoutes(table.id, next(network.rules.routes(table.id)))
  world.journal.write({
    kind: 'ec2.rulesChanged',
    node: table.id,
    message: `routes of ${table.physicalId} have changed`,
  })
}

const localRoute = ({ architecture }: Ec2Site, table: RouteTable) => ({
  destinationCidrBlock: findNode(architecture, table.vpc, 'vpc')?.cidr,
  gatewayId: 'local',
  state: 'active',
  origin: 'CreateRouteTable',
})

function describeRoute(site: Ec2Site, { destination, target }: Route) {
  const destinationOf = destination.startsWith('pl-')
    ? { destinationPrefixListId: destination }
    : { destinationCidrBlock: destination }
  if (target.kind === 'blackhole') return { ...destinationOf, state: 'blackhole', origin: 'CreateRoute' }
  const id = physicalIdOf(site, target.node)
  const to = {
    internetGateway: { gatewayId: id },
    natGateway: { natGatewayId: id },
    vpcEndpoint: { gatewayId: id },
    instance: { instanceId: id },
  }[target.kind]
  return { ...destinationOf, ...to, state: 'active', origin: 'CreateRoute' }
}
