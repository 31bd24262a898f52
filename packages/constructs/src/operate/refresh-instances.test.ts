import { describe, expect, it } from 'vitest'
import type { AwsCli } from './aws-cli.ts'
import { launchVersionOf, refreshInstances } from './refresh-instances.ts'

const BEFORE = { LaunchTemplateId: 'lt-1', Version: '7' }

/** AWS as its CLI answers: what becomes of each refresh, and what was asked for. */
function account(...ends: readonly string[]) {
  const started: object[] = []
  const said: string[] = []
  let pauses = 0
  const aws = ((words: readonly string[], input?: object) => {
    if (words[1] === 'describe-auto-scaling-groups')
      return [{ LaunchTemplate: { ...BEFORE, LaunchTemplateName: 'web' } }]
    if (words[1] === 'start-instance-refresh') return { InstanceRefreshId: String(started.push(input ?? {})) }
    return pauses < started.length ? 'InProgress' : ends[started.length - 1]
  }) as AwsCli
  const pause = () => Promise.resolve(void pauses++)
  return { props: { group: 'web', aws, pause, say: (line: string) => void said.push(line) }, started, said }
}

describe('a rollout by instance refresh', () => {
  it('I-11: replaces what is older, with never fewer than there should be', async () => {
    const { props, started } = account('Successful')
    expect(launchVersionOf(props)).toEqual(BEFORE)
    expect(await refreshInstances(props, BEFORE)).toBe(true)
    expect(started).toEqual([
      {
        AutoScalingGroupName: 'web',
        Preferences: { MinHealthyPercentage: 100, MaxHealthyPercentage: 150, SkipMatching: true },
      },
    ])
  })

  it('I-11: that fails goes back to the version that served, and says so', async () => {
    const { props, started, said } = account('Failed', 'Successful')
    expect(await refreshInstances(props, BEFORE)).toBe(false)
    expect(started).toEqual([
      expect.anything(),
      expect.objectContaining({ DesiredConfiguration: { LaunchTemplate: BEFORE } }),
    ])
    expect(said).toEqual([
      'web: the instance refresh is Failed',
      'web: back to version 7 of the launch template',
      'web: going back is Successful',
    ])
  })

  it('of a new group has nothing to go back to', async () => {
    const { props, started } = account('Failed')
    expect(await refreshInstances(props, null)).toBe(false)
    expect(started).toHaveLength(1)
    const aws = (() => []) as AwsCli
    expect(launchVersionOf({ ...props, aws })).toBeNull()
  })
})
