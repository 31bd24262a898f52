import { Duration } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { templateOf } from '../test/support.ts'
import { only, propertiesOf } from '../testing/index.ts'
import { resolveText } from '../testing/user-data.ts'
import { instanceIdentity } from './instance-identity.ts'
import { ThreeTierNetwork } from './network.ts'
import { type SingleInstanceProps, singleInstance } from './single-instance.ts'

const instanceWith = (props: Partial<SingleInstanceProps>) =>
  templateOf(stack => {
    const network = new ThreeTierNetwork(stack, 'Network', { tiers: ['app'] })
    const [subnet] = network.public.subnets
    if (!subnet) throw new Error('no subnet')
    const identity = instanceIdentity(stack, network.vpc)
    singleInstance(stack, 'Host', { vpc: network.vpc, subnet, identity, label: 'host', processes: {}, ...props })
  })

const idOf = (props: Partial<SingleInstanceProps>): string | undefined =>
  Object.keys(propertiesOf(instanceWith(props), 'AWS::EC2::Instance'))[0]

const textOf = (props: Partial<SingleInstanceProps>): string =>
  resolveText(only(instanceWith(props), 'AWS::EC2::Instance').UserData)

describe('an instance that stands for itself', () => {
  it('is replaced by another one when its user data change', () => {
    expect(idOf({ before: 'true\n' })).not.toBe(idOf({ before: 'false\n' }))
  })

  it('Q-20: keeps its place when it is to be started again, and carries the user data out each time', () => {
    expect(idOf({ update: 'restart', before: 'true\n' })).toBe(idOf({ update: 'restart', before: 'false\n' }))
    expect(textOf({ update: 'restart' })).toContain('- [scripts-user, always]')
    expect(textOf({})).not.toContain('scripts-user')
  })

  it('Q-14: has the image of its processor', () => {
    const imageOf = (props: Partial<SingleInstanceProps>) =>
      JSON.stringify(only(instanceWith(props), 'AWS::EC2::Instance').ImageId)
    expect(imageOf({ processor: 'arm64', instanceType: 't4g.small' })).toContain('arm64')
    expect(imageOf({})).toContain('x86')
  })

  it('Q-18: terminates itself when it ends because nobody uses it', () => {
    const ends = instanceWith({ endWhenUnused: Duration.minutes(30) })
    expect(only(ends, 'AWS::EC2::Instance').InstanceInitiatedShutdownBehavior).toBe('terminate')
  })
})
