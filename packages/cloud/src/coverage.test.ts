import { expect, it } from 'vitest'
import { notEmulated } from './coverage.ts'
import { services } from './services/index.ts'
import { testArchitecture, testNode, threeTiers } from './testing/architecture.ts'

const table = services({ embedded: 'allowed' })

it('has nothing to say about what runs completely', () => {
  expect(notEmulated(testArchitecture(threeTiers()), table)).toEqual([])
})

it('names a type that does not run, by its resources, with what will not work', () => {
  const policy = testNode('scalingPolicy', 'Policy', { group: 'asg', policy: { type: 'StepScaling', properties: {} } })
  expect(notEmulated(testArchitecture([policy]), table)).toEqual([
    'Test::scalingPolicy (Policy) is not emulated: the group stays at its desired capacity',
  ])
})

it('names a feature of what does run', () => {
  const [vpc] = threeTiers().filter(node => node.kind === 'vpc')
  const logged = vpc && {
    ...vpc,
    flowLogs: [{ traffic: 'ALL', destination: 's3', target: 'arn:aws:s3:::logs', aggregation: 60_000 } as const],
  }
  expect(notEmulated(testArchitecture(logged ? [logged] : []), table)).toEqual([
    'flow logs of vpc are not written: what is dropped is said by terrace logs',
  ])
})
