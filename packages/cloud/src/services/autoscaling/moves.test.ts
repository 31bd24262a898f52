import { expect, it } from 'vitest'
import type { Member } from './member.ts'
import { MINUTE, type Stage, stage } from './testing/test-group.ts'

const member = (on: Stage, id: string): Member => {
  const found = on.group.state.members.get(id)
  if (!found) throw new Error(`${id} is missing`)
  return found
}

it('puts an instance into standby and back: drained, unchecked, registered again', async () => {
  await using on = await stage()
  const activity = on.group.moves.enterStandby(member(on, 'i-1'), true)
  expect([activity.description, activity.cause]).toEqual([
    'Moving EC2 instance to Standby: i-1',
    'At 2026-01-01T00:00:00Z instance i-1 was moved to standby in response to a user request, shrinking the capacity from 2 to 1.',
  ])
  await on.clock.advance(MINUTE)
  expect([on.lines()[0], on.group.desired]).toEqual(['i-1 us-east-1a Standby', 1])
  on.instances.impair('i-1')
  await on.clock.advance(MINUTE)
  expect(on.lines()[0]).toBe('i-1 us-east-1a Standby')
  const back = on.group.moves.exitStandby(member(on, 'i-1'))
  expect([back.cause, on.lines()[0], on.group.desired]).toEqual([
    'At 2026-01-01T00:02:00Z instance i-1 was moved out of standby in response to a user request, increasing the capacity from 1 to 2.',
    'i-1 us-east-1a InService',
    2,
  ])
  expect(on.log.slice(-2)).toEqual(['deregister i-1', 'register i-1'])
})

it('fills the place of an instance in standby when the desired capacity stays', async () => {
  await using on = await stage()
  on.group.moves.enterStandby(member(on, 'i-1'), false)
  await on.clock.advance(0)
  expect(on.lines()).toEqual(['i-1 us-east-1a Standby', 'i-2 us-east-1b InService', 'i-3 us-east-1a InService'])
})

it('detaches an instance, which runs on, and attaches it again', async () => {
  await using on = await stage()
  const activity = on.group.moves.detach(member(on, 'i-1'), true)
  await on.clock.advance(0)
  expect(activity.cause).toBe(
    'At 2026-01-01T00:00:00Z instance i-1 was detached in response to a user request, shrinking the capacity from 2 to 1.',
  )
  expect([on.lines(), on.instances.list().length]).toEqual([['i-2 us-east-1b InService'], 2])
  const [instance] = on.instances.list()
  if (instance) on.group.moves.attach(instance)
  expect([on.lines(), on.group.desired]).toEqual([['i-2 us-east-1b InService', 'i-1 us-east-1a InService'], 2])
})

it('registers its instances with a target group that is attached later, and takes them out of one that is detached', async () => {
  await using on = await stage()
  on.group.attachments.attach(['tg-2'])
  expect(on.log.slice(-2)).toEqual(['register i-1', 'register i-2'])
  on.group.attachments.detach(['tg'])
  expect(on.group.attachments.all.map(({ targetGroup, state }) => `${targetGroup} ${state}`)).toEqual([
    'tg Removing',
    'tg-2 Added',
  ])
  await on.clock.advance(0)
  expect(on.group.definition.targetGroups).toEqual(['tg-2'])
})
