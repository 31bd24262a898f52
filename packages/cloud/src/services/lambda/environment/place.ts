import { mkdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { HEX } from '@terrace/kit'
import { findNode, type NodeId, nodesOf } from '@terrace/model'
import type { Principal } from '../../../identity/principal.ts'
import { openLink } from '../../../network/link.ts'
import { AWS_ADDRESSES } from '../../../network/process/aws-hosts.ts'
import { type FromProcess, LINK_PROTOCOL, type NetworkView } from '../../../network/process/view.ts'
import { openDoors } from '../../../workload/doors.ts'
import type { World } from '../../../world.ts'
import type { FunctionSettings } from '../function.ts'

/** Where a function is in the network: its processes follow the rules that come over the link. */
export interface Place {
  /** Path of the control socket. */
  readonly link: string
  readonly zone?: string
  /** Resolves when that process has reported in. */
  reported(pid: number): Promise<void>
  close(): Promise<void>
}

/** In its subnets, or outside of every VPC. */
export function openPlace(world: World, name: string, settings: FunctionSettings, as: Principal): Promise<Place> {
  return settings.vpc ? insideVpc(world, name, settings.vpc, as) : outsideVpc(world, name, as)
}

/**
 * An interface in one of the subnets, with the function's security groups.
 *
 * differs: one subnet for each start of the function's processes, chosen among those whose zone is up
 * @see Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC"
 */
async function insideVpc(
  world: World,
  name: string,
  { subnetIds, securityGroupIds }: NonNullable<FunctionSettings['vpc']>,
  as: Principal,
): Promise<Place> {
  const { architecture, ports, random } = world
  const [network, gateway] = await Promise.all([ports.need('network'), ports.need('gateway')])
  const groups = idsOf(world, 'securityGroup', securityGroupIds)
  const subnets = idsOf(world, 'subnet', subnetIds)
  const up = subnets.filter(id => world.zones.isUp(findNode(architecture, id, 'subnet')?.zone ?? ''))
  const subnet = random.pick(up.length > 0 ? up : subnets)
  const networkInterface = network.attach({
    owner: `AWS Lambda VPC ENI-${name}`,
    subnet,
    securityGroups: groups,
    publicAddress: false,
  })
  const link = await openLink(network, networkInterface)
  const description = { id: name, owner: '', networkInterface, principal: as, launchPrincipal: as }
  const doors = await openDoors(world, network, gateway, description)
  return {
    link: link.socket,
    zone: networkInterface.zone,
    reported: pid => link.reported(pid),
    async close() {
      link.close()
      await doors.close()
      network.detach(networkInterface.id)
    },
  }
}

const idsOf = (
  { architecture }: World,
  kind: 'subnet' | 'securityGroup',
  physicalIds: readonly string[],
): readonly NodeId[] =>
  nodesOf(architecture, kind)
    .filter(({ physicalId }) => physicalIds.includes(physicalId))
    .map(({ id }) => id)

/**
 * The network of Lambda's own: it reaches the public endpoints of AWS.
 *
 * differs: the internet is silent, also the public balancers and distributions of the system
 */
async function outsideVpc(world: World, name: string, as: Principal): Promise<Place> {
  const { architecture, folders, journal, ports, random } = world
  const gateway = await ports.need('gateway')
  const door = await gateway.link(as)
  const folder = join(folders.run, `fn-${random.text(10, HEX)}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const link = join(folder, 'link')
  const view: NetworkView = {
    version: 1,
    own: { address: '169.254.100.6' },
    dns: { region: architecture.region, names: {}, below: {} },
    reach: Object.values(AWS_ADDRESSES).map(address => ({ address, door: 'aws', ports: [[443, 443]] })),
    doors: { aws: door },
  }
  const reports = new Map<number, PromiseWithResolvers<void>>()
  const reportOf = (pid: number) => {
    const report = reports.get(pid) ?? Promise.withResolvers<void>()
    reports.set(pid, report)
    return report
  }
  const told = new Set<string>()
  const take = ({ pid, dropped }: FromProcess) => {
    if (pid !== undefined) reportOf(pid).resolve()
    if (!dropped || told.has(`${dropped.host}:${dropped.port}`)) return
    told.add(`${dropped.host}:${dropped.port}`)
    journal.write({
      kind: 'lambda.unreachable',
      message: `${dropped.host}:${dropped.port} stays silent to the function ${name}: outside of a VPC it reaches the public endpoints of AWS alone here`,
      details: { function: name, host: dropped.host, port: dropped.port },
    })
  }
  const server = createServer(connection => {
    let text = ''
    connection.on('error', () => connection.destroy())
    connection.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) take(JSON.parse(line))
    })
    connection.write(`${JSON.stringify({ protocol: LINK_PROTOCOL, view })}\n`)
  })
  const connections = new Set<{ destroy(): void }>()
  server.on('connection', connection => {
    connections.add(connection)
    connection.once('close', () => connections.delete(connection))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(link, resolve))
  return {
    link,
    reported: pid => reportOf(pid).promise,
    async close() {
      server.close()
      for (const connection of connections) connection.destroy()
      await gateway.closeLink(door)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
