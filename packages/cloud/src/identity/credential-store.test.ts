import { hours, minutes, VirtualClock } from '@terrace/kit'
import { expect, it } from 'vitest'
import { sessionOf, testRole } from '../gateway/testing.ts'
import { CredentialStore } from './credential-store.ts'

const principal = sessionOf(testRole('app'))

it('issues keys in the form of STS, each another one', () => {
  const store = new CredentialStore(new VirtualClock())
  const all = Array.from({ length: 50 }, () => store.issue(principal, hours(1)))
  for (const { accessKeyId, secretAccessKey, sessionToken } of all) {
    expect(accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    expect(secretAccessKey).toMatch(/^[\w+/]{40}$/)
    expect(sessionToken).toMatch(/^IQoJ[\w+/]{300,}$/)
  }
  expect(new Set(all.map(({ secretAccessKey }) => secretAccessKey)).size).toBe(50)
  expect(new Set(all.map(({ accessKeyId }) => accessKeyId)).size).toBe(50)
})

it('knows whose a key is until an hour after it expired', async () => {
  const clock = new VirtualClock()
  const store = new CredentialStore(clock)
  const issued = store.issue(principal, minutes(15))
  expect(store.find(issued.accessKeyId)?.principal).toBe(principal)
  expect(store.find('ASIAAAAAAAAAAAAAAAAA')).toBeUndefined()
  await clock.advance(minutes(15))
  expect(store.remaining(issued)).toBe(0)
  await clock.advance(minutes(59))
  expect(store.find(issued.accessKeyId)).toBe(issued)
  await clock.advance(minutes(1))
  expect(store.find(issued.accessKeyId)).toBeUndefined()
})

it('never says that a key is good for longer than it is', () => {
  const store = new CredentialStore(new VirtualClock(1_500))
  expect(store.issue(principal, 1_000).expiration).toBe(2_000)
})
