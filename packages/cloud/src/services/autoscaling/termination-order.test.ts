import { hours, minutes, seeded } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { Member } from './member.ts'
import { choose } from './termination-order.ts'
import { stage } from './testing/test-group.ts'

/** Amazon EC2 Auto Scaling User Guide, "Configure termination policies for Amazon EC2 Auto Scaling". */
const NOW = hours(10)

const member = async (id: string, generation: number, launchedAt: number) => {
  await using on = await stage({ group: { desiredCapacity: 1 } })
  const [instance] = on.instances.list()
  if (!instance) throw new Error('nothing was launched')
  return new Member(Object.assign(Object.create(instance), { id, launchedAt }), generation, false)
}

describe.each([
  { policies: ['OldestInstance'], goes: 'oldest' },
  { policies: ['NewestInstance'], goes: 'newest' },
  { policies: ['OldestLaunchTemplate', 'NewestInstance'], goes: 'old-template' },
  { policies: ['ClosestToNextInstanceHour'], goes: 'near-the-hour' },
  { policies: ['Default'], goes: 'old-template' },
  { policies: [], goes: 'old-template' },
  { policies: ['AllocationStrategy', 'OldestInstance'], goes: 'oldest' },
])('the termination policies $policies', ({ policies, goes }) => {
  it(`take ${goes} first`, async () => {
    const members = [
      await member('oldest', 3, hours(1) + minutes(30)),
      await member('newest', 3, hours(9) + minutes(20)),
      await member('near-the-hour', 3, hours(2) + minutes(2)),
      await member('old-template', 2, hours(5) + minutes(40)),
    ]
    expect(choose(members, policies, NOW, seeded(1))?.id).toBe(goes)
  })
})

describe('scale-in', () => {
  it('takes from the fullest zone, whatever the policies say', async () => {
    await using on = await stage({ group: { desiredCapacity: 3, terminationPolicies: ['NewestInstance'] } })
    await on.clock.advance(minutes(5))
    on.group.terminateInstance('i-2', false)
    await on.clock.advance(minutes(5))
    // Two in the first zone, i-1 and i-3, and the newest, i-4, alone in the second.
    await on.group.setDesiredCapacity(2)
    await on.clock.advance(0)
    expect(on.group.members.map(({ id }) => id)).toContain('i-4')
  })

  it('leaves protected instances alone, and says when nothing else is left', async () => {
    await using on = await stage({ group: { newInstancesProtected: true } })
    await on.group.setDesiredCapacity(1)
    await on.clock.advance(minutes(5))
    expect([on.group.desired, on.group.members.length]).toEqual([1, 2])
    expect(on.group.activities[0]?.statusMessage).toBe(
      'Could not scale to desired capacity because all remaining instances are protected from scale-in.',
    )
    const second = on.group.state.members.get('i-2')
    if (second) second.protectedFromScaleIn = false
    await on.group.update({})
    on.group.resume([])
    await on.clock.advance(0)
    expect(on.lines()).toEqual(['i-1 us-east-1a InService'])
  })
})
