import {
  DescribeInstancesCommand,
  DescribeNatGatewaysCommand,
  DescribeSubnetsCommand,
  type Instance,
} from '@aws-sdk/client-ec2'
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds'
import type { Clients } from '../clients.ts'
import { type Box, nameOf, type Picture } from '../picture.ts'
import { serviceOf } from './application.ts'

/** The ways of a request and of an operator, with what there is of each at this moment. */
export async function architecture(clients: Clients): Promise<Picture> {
  const { front, bastion, balancer, tasks, database, ports } = await everything(clients)
  const databases = [
    { what: 'RDS MySQL, primary', which: database?.AvailabilityZone ?? '' },
    { what: 'RDS MySQL, standby', which: database?.SecondaryAvailabilityZone ?? '' },
  ]
  const sql = `MySQL ${database?.Endpoint?.Port}`
  return {
    file: 'architecture',
    title: 'Architecture',
    source: 'ec2, elbv2, ecs and rds, what they describe',
    sections: [
      {
        kind: 'flow',
        heading: 'A request',
        steps: [
          { boxes: [{ what: 'Browser', which: 'anywhere' }] },
          { port: 'HTTPS 443', boxes: front.map(instanceBox) },
          { port: `HTTPS ${ports.listener}`, boxes: [{ what: 'Load balancer', which: balancer?.Scheme ?? '' }] },
          { port: `HTTP ${ports.target}`, boxes: tasks.map(({ box }) => box) },
          { port: sql, boxes: databases },
        ],
      },
      {
        kind: 'flow',
        heading: 'An operator',
        steps: [
          { boxes: [{ what: 'Operator', which: 'one address, or Session Manager' }] },
          { port: 'SSH 22', boxes: bastion.map(instanceBox) },
          { port: sql, boxes: databases.slice(0, 1) },
        ],
      },
    ],
  }
}

/** The zones with their subnets, and what stands in each. */
export async function infrastructure(clients: Clients): Promise<Picture> {
  const { instances, balancer, tasks, database, subnets, nats } = await everything(clients)
  const zones = [...new Set(subnets.map(({ AvailabilityZone = '' }) => AvailabilityZone))].sort()
  const boxesIn = (subnet: string | undefined, zone: string): Box[] => [
    ...instances.filter(({ SubnetId }) => SubnetId === subnet).map(instanceBox),
    ...nats
      .filter(({ SubnetId }) => SubnetId === subnet)
      .map(({ NatGatewayAddresses }) => ({ what: 'NAT gateway', which: NatGatewayAddresses?.[0]?.PublicIp ?? '' })),
    ...(balancer?.AvailabilityZones ?? [])
      .filter(({ SubnetId }) => SubnetId === subnet)
      .map(() => ({ what: 'Load balancer node', which: balancer?.Scheme ?? '' })),
    ...tasks.filter(task => task.subnet === subnet).map(({ box }) => box),
    ...(isPrivate(subnet) && database?.AvailabilityZone === zone ? [{ what: 'RDS MySQL', which: 'primary' }] : []),
    ...(isPrivate(subnet) && database?.SecondaryAvailabilityZone === zone
      ? [{ what: 'RDS MySQL', which: 'standby' }]
      : []),
  ]
  const isPrivate = (id: string | undefined) =>
    subnets.some(({ SubnetId, MapPublicIpOnLaunch }) => SubnetId === id && !MapPublicIpOnLaunch)
  return {
    file: 'infrastructure',
    title: 'Infrastructure',
    source: 'ec2, elbv2, ecs and rds, what they describe',
    sections: [
      {
        kind: 'zones',
        heading: 'VPC 10.0.0.0/16, with an internet gateway',
        zones: zones.map(zone => ({
          zone,
          subnets: subnets
            .filter(({ AvailabilityZone }) => AvailabilityZone === zone)
            .toSorted((a, b) => Number(b.MapPublicIpOnLaunch) - Number(a.MapPublicIpOnLaunch))
            .map(({ SubnetId, CidrBlock, MapPublicIpOnLaunch = false }) => ({
              name: `${MapPublicIpOnLaunch ? 'public' : 'private'} ${CidrBlock}`,
              public: MapPublicIpOnLaunch,
              boxes: boxesIn(SubnetId, zone),
            })),
        })),
      },
    ],
  }
}

async function everything({ ec2, ecs, elb, rds }: Clients) {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}))
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances)
  const { Subnets: subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}))
  const { NatGateways: nats = [] } = await ec2.send(new DescribeNatGatewaysCommand({}))
  const { LoadBalancers: [balancer] = [] } = await elb.send(new DescribeLoadBalancersCommand({}))
  const { Listeners = [] } = await elb.send(
    new DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }),
  )
  const { TargetGroups: [group] = [] } = await elb.send(new DescribeTargetGroupsCommand({}))
  const { DBInstances: [database] = [] } = await rds.send(new DescribeDBInstancesCommand({}))
  const { tasks } = await serviceOf(ecs)
  const forwarding = Listeners.find(({ DefaultActions = [] }) => DefaultActions.some(({ Type }) => Type === 'forward'))
  return {
    instances,
    front: instances.filter(each => nameOf(each).includes('front')),
    bastion: instances.filter(each => nameOf(each).includes('bastion')),
    subnets,
    nats,
    balancer,
    ports: { listener: forwarding?.Port, target: group?.Port },
    database,
    tasks: tasks.map(task => ({
      subnet: task.attachments?.[0]?.details?.find(({ name }) => name === 'subnetId')?.value,
      box: {
        what: 'Fargate task',
        which: `${task.availabilityZone} · ${task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address}`,
      },
    })),
  }
}

const instanceBox = (instance: Instance): Box => {
  const name = nameOf(instance)
  return {
    what: `${name.includes('bastion') ? 'Bastion' : 'NGINX'} on EC2`,
    which: `${instance.Placement?.AvailabilityZone} · ${instance.PublicIpAddress}`,
  }
}
