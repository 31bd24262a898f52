import { describe, expect, it } from 'vitest'
import { templateOf } from '../test/support.ts'
import { ThreeTierNetwork } from './network.ts'

describe('a three-tier network', () => {
  it('has a NAT gateway per zone unless a single one is asked for', () => {
    const perZone = templateOf(stack => new ThreeTierNetwork(stack, 'Network'))
    perZone.resourceCountIs('AWS::EC2::NatGateway', 2)
    const single = templateOf(stack => new ThreeTierNetwork(stack, 'Network', { nat: 'single' }))
    single.resourceCountIs('AWS::EC2::NatGateway', 1)
  })

  it('makes the tiers that are asked for, in as many zones, and no NAT gateway for databases alone', () => {
    const template = templateOf(stack => new ThreeTierNetwork(stack, 'Network', { tiers: ['data'] }))
    template.resourceCountIs('AWS::EC2::Subnet', 4)
    template.resourceCountIs('AWS::EC2::NatGateway', 0)
  })

  it('I-03: has three zones where they are asked for, also in a region that is only named', () => {
    const template = templateOf(stack => new ThreeTierNetwork(stack, 'Network', { zones: 3, tiers: ['app'] }))
    const zones = Object.values(template.findResources('AWS::EC2::Subnet')).map(
      subnet => subnet.Properties.AvailabilityZone,
    )
    const zone = (index: number) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] })
    expect(zones).toEqual([zone(0), zone(1), zone(2), zone(0), zone(1), zone(2)])
    template.resourceCountIs('AWS::EC2::NatGateway', 3)
  })

  it('routes S3 by a gateway endpoint when it is asked for', () => {
    const template = templateOf(stack => new ThreeTierNetwork(stack, 'Network', { gatewayEndpoints: ['s3'] }))
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' })
  })

  it('records all traffic and empties the default security group', () => {
    const template = templateOf(stack => new ThreeTierNetwork(stack, 'Network'))
    template.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'ALL', ResourceType: 'VPC' })
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 1)
  })

  it('gives instances in public subnets no address by themselves', () => {
    const template = templateOf(stack => new ThreeTierNetwork(stack, 'Network'))
    const subnets = Object.values(template.findResources('AWS::EC2::Subnet'))
    expect(subnets.filter(subnet => subnet.Properties.MapPublicIpOnLaunch)).toEqual([])
  })

  it('Q-04: gives them one, and Parameter Store an address inside, when that is asked for', () => {
    const template = templateOf(
      stack =>
        new ThreeTierNetwork(stack, 'Network', { tiers: ['app'], publicAddresses: true, interfaceEndpoints: ['ssm'] }),
    )
    const subnets = Object.values(template.findResources('AWS::EC2::Subnet'))
    expect(subnets.filter(subnet => subnet.Properties.MapPublicIpOnLaunch)).toHaveLength(2)
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', PrivateDnsEnabled: true })
  })
})
