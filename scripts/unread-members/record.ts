import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, vi } from 'vitest'
import type { OperationSpec } from '../../packages/cloud/src/gateway/api.ts'
import { type MemberLine, RECORDINGS } from './lines.ts'

/** Setup of the tests that `scripts/unread-members.ts` runs: every operation's input notes which of its members are read. */
const seen = new Set<string>()
const note = (line: MemberLine) => seen.add(JSON.stringify(line))

vi.mock('../../packages/cloud/src/gateway/api.ts', async original => {
  const real = await original<typeof import('../../packages/cloud/src/gateway/api.ts')>()
  const { membersOf } = await import('../../packages/cloud/src/gateway/accepted.ts')
  const operation: typeof real.operation = spec => {
    const [, service] = /services\/([a-z0-9]+)\//.exec(new Error().stack ?? '') ?? []
    if (service === undefined) return real.operation(spec)
    const at = { service, operation: spec.name }
    for (const { path, because } of membersOf(spec.input)) {
      note({ ...at, path, is: because === undefined ? 'member' : 'accepted' })
    }
    const watch = <Value>(value: Value): Value => watched(value, '', path => note({ ...at, path, is: 'read' }))
    const watchedSpec: OperationSpec<typeof spec.input> = {
      ...spec,
      authorize: (input, call) => spec.authorize(watch(input), call),
      run: (input, call) => spec.run(watch(input), call),
    }
    return real.operation(watchedSpec)
  }
  return { ...real, operation }
})

afterAll(() => {
  const folder = process.env[RECORDINGS]
  if (folder) writeFileSync(join(folder, `${randomUUID()}.jsonl`), [...seen, ''].join('\n'))
})

function watched<Value>(value: Value, path: string, read: (path: string) => void): Value {
  if (typeof value !== 'object' || value === null) return value
  const isList = Array.isArray(value)
  if (!isList && Object.getPrototypeOf(value) !== Object.prototype) return value
  return new Proxy(value, {
    get(target, key, receiver) {
      const inside: unknown = Reflect.get(target, key, receiver)
      if (typeof key === 'symbol' || typeof inside === 'function') return inside
      if (isList) return /^\d+$/.test(key) ? watched(inside, `${path}[]`, read) : inside
      const at = path === '' ? key : `${path}.${key}`
      read(at)
      return watched(inside, at, read)
    },
  })
}
