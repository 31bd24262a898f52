import { expect, it } from 'vitest'
import { stage } from './testing/test-group.ts'

it('puts those tags on instances that the template propagates, and those that calls propagate since', async () => {
  await using on = await stage({
    group: { desiredCapacity: 1, tags: { Name: 'web', Cost: 'a' }, instanceTags: { Name: 'web' } },
  })
  expect(on.group.tags.all).toEqual([
    { key: 'Name', value: 'web', propagateAtLaunch: true },
    { key: 'Cost', value: 'a', propagateAtLaunch: false },
  ])
  expect(on.instances.list()[0]?.tags).toEqual({ Name: 'web', 'aws:autoscaling:groupName': 'library-app' })
  on.group.tags.put({ key: 'Cost', value: 'b', propagateAtLaunch: true })
  await on.group.setDesiredCapacity(2)
  expect(on.instances.list()[1]?.tags).toMatchObject({ Cost: 'b' })
})

it('propagates all tags of a group that says nothing else', async () => {
  await using on = await stage({ group: { desiredCapacity: 1, tags: { Name: 'web' } } })
  expect(on.instances.list()[0]?.tags).toMatchObject({ Name: 'web' })
})
