import { expect, it } from 'vitest'
import { z } from 'zod'
import { accepted, acceptedMembers, membersOf } from './accepted.ts'
import { onlyOne, shape, wireInteger, wireList } from './api.ts'

const SCHEMA = shape({
  cluster: z.string(),
  token: accepted(z.string().optional(), 'nothing is repeated'),
  containers: wireList(
    shape({ name: z.string(), user: accepted(z.string().optional(), 'there is one user'), size: wireInteger() }),
  ).optional(),
  tags: wireList(shape({ Key: z.string() })).transform(list => list.length),
  launchType: onlyOne('FARGATE', ['EC2'], 'EC2'),
  volumes: z.array(z.never()).optional(),
})

it('members without effect are found at every depth, with the reason', () => {
  expect(acceptedMembers(SCHEMA)).toEqual([
    { path: 'token', because: 'nothing is repeated' },
    { path: 'containers[].user', because: 'there is one user' },
  ])
})

it('members that an operation gets are all listed, but for those with one possible value or that were transformed', () => {
  expect(membersOf(SCHEMA).map(({ path }) => path)).toEqual([
    'cluster',
    'token',
    'containers',
    'containers[].name',
    'containers[].user',
    'containers[].size',
    'tags',
  ])
})

it('an accepted member is validated as any other', () => {
  expect(SCHEMA.safeParse({ cluster: 'c', token: 1, tags: [] }).success).toBe(false)
  expect(SCHEMA.safeParse({ cluster: 'c', token: 't', tags: [] }).success).toBe(true)
})
