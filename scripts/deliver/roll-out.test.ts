import type { AwsCli } from '@terrace/constructs/operate'
import { describe, expect, it } from 'vitest'
import { rollOut } from './roll-out.ts'

const OUTPUTS = { ClusterName: 'demo-cluster', ServiceName: 'demo-api', GroupName: 'demo-frontend' }
const mine = (rolloutState: string) => [{ id: 'new', status: 'PRIMARY', rolloutState }]

/** AWS as its CLI answers: what ECS says of its deployments one time after the other, and how the refresh ends. */
function account(deployments: readonly (readonly object[])[], refresh = 'Successful') {
  const calls: string[] = []
  const left = [...deployments]
  const aws = ((words: readonly string[]) => {
    const [service, operation] = words
    if (!operation?.startsWith('describe')) calls.push(`${service} ${operation}`)
    if (operation === 'update-service') return 'new'
    if (operation === 'describe-services') return left.shift() ?? []
    return operation === 'start-instance-refresh' ? { InstanceRefreshId: '1' } : refresh
  }) as AwsCli
  return { aws, calls, pause: async () => {}, say: () => {} }
}

describe('the rollout of a delivery', () => {
  it('I-11, I-13: waits for the tasks, then replaces the instances', async () => {
    const { calls, ...props } = account([mine('IN_PROGRESS'), mine('COMPLETED')])
    expect(await rollOut({ ...props, stack: { outputs: OUTPUTS }, anew: true })).toBe(true)
    expect(calls).toEqual(['ecs update-service', 'autoscaling start-instance-refresh'])
  })

  it.each([
    ['has failed', [mine('IN_PROGRESS'), mine('FAILED')]],
    ['was replaced by the one that goes back', [[{ id: 'old', status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }]]],
  ])('I-11, I-13: replaces no instance when the deployment %s', async (_what, deployments) => {
    const { calls, ...props } = account(deployments)
    expect(await rollOut({ ...props, stack: { outputs: OUTPUTS }, anew: true })).toBe(false)
    expect(calls).toEqual(['ecs update-service'])
  })

  it('I-13: leaves the tasks to CloudFormation, which has replaced those that changed', async () => {
    const { calls, ...props } = account([])
    expect(await rollOut({ ...props, stack: { outputs: OUTPUTS }, anew: false })).toBe(true)
    expect(calls).toEqual(['autoscaling start-instance-refresh'])
  })

  it('I-13: that ends with a failed refresh has failed, and starts nothing else', async () => {
    const { calls, ...props } = account([], 'Failed')
    expect(await rollOut({ ...props, stack: { outputs: OUTPUTS }, anew: false })).toBe(false)
    expect(calls).toEqual(['autoscaling start-instance-refresh'])
  })
})
