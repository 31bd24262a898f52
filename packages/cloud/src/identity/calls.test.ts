import { describe, expect, it } from 'vitest'
import { Calls, commonPattern } from './calls.ts'
import type { Decision } from './evaluate.ts'

const by = (statement: string): Decision => ({
  kind: 'allowed',
  by: { source: 'identity', policy: 'inline', statement },
  notes: [],
})
const denied: Decision = { kind: 'implicitDeny', missing: 'identity', notes: [] }

const object = (name: string) => `arn:aws:s3:::pictures/media/${name}`

describe('the calls of roles', () => {
  it('are counted by role, action and the statement that decided', () => {
    const calls = new Calls()
    calls.note('app', 's3:GetObject', object('a'), by('Read'), 1)
    calls.note('app', 's3:GetObject', object('b'), by('Read'), 2)
    calls.note('app', 's3:GetObject', object('a'), by('#2'), 3)
    calls.note('app', 's3:GetObject', object('c'), denied, 4)
    calls.note('web', 's3:GetObject', object('a'), by('Read'), 5)
    expect(
      calls.seen().map(({ role, count, latest, decision, pattern }) => [role, decision.kind, count, latest, pattern]),
    ).toEqual([
      ['app', 'allowed', 2, 2, object('*')],
      ['app', 'allowed', 1, 3, object('a')],
      ['app', 'implicitDeny', 1, 4, object('c')],
      ['web', 'allowed', 1, 5, object('a')],
    ])
  })

  it('keep twenty resources apart, and say of more what they have in common', () => {
    const calls = new Calls()
    for (let i = 0; i < 1_000; i++) calls.note('app', 's3:PutObject', object(`${i}.png`), by('Write'), i)
    const [seen] = calls.seen()
    expect(seen?.resources).toHaveLength(20)
    expect(seen).toMatchObject({ count: 1_000, more: true, pattern: object('*') })
  })

  it('keep fifty statements apart, and a denial whatever was allowed before', () => {
    const calls = new Calls()
    for (let i = 0; i < 60; i++) calls.note('app', 'sqs:SendMessage', `arn:q${i}`, by(`#${i}`), i)
    calls.note('app', 'sqs:SendMessage', 'arn:other', denied, 99)
    const seen = calls.seen()
    expect(seen).toHaveLength(51)
    expect(seen.reduce((sum, { count }) => sum + count, 0)).toBe(61)
    expect(seen.at(-1)).toMatchObject({ decision: denied, count: 1 })
  })

  it.each([
    ['arn:aws:s3:::a/x/1', 'arn:aws:s3:::a/x/12', 'arn:aws:s3:::a/x/*'],
    ['arn:aws:s3:::a/x/*', 'arn:aws:s3:::a/y/1', 'arn:aws:s3:::a/*'],
    ['arn:aws:s3:::a/*', 'arn:aws:s3:::a/y/1', 'arn:aws:s3:::a/*'],
    ['arn:aws:s3:::a', 'arn:aws:s3:::ab', 'arn:aws:s3:::*'],
    ['arn:aws:sqs:x', '*', '*'],
  ])('%s and %s have %s in common', (one, other, common) => {
    expect(commonPattern(one, other)).toBe(common)
  })
})
