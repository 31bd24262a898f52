import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LogLine, Logs } from './logs.ts'

let folder: string
let logs: Logs
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'))
  logs = new Logs(new VirtualClock(), folder)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const bundle = (...lines: readonly string[]) =>
  [new TextEncoder().encode(lines.map(line => `${line}\n`).join('')), lines.length] as const

describe('logs', () => {
  it('write lines one by one and in bundles into the file of their resource', async () => {
    logs.write('access', 'lb', 'one')
    logs.writeAll('access', 'lb', ...bundle('zwei', 'three'))
    logs.write('application', 'i-1', 'other')
    await logs.close()
    expect(readFileSync(join(folder, 'access-lb.log'), 'utf8')).toBe('one\nzwei\nthree\n')
    expect(readFileSync(join(folder, 'application-i-1.log'), 'utf8')).toBe('other\n')
  })

  it('remember the newest 2,000 lines, however they came', async () => {
    for (let index = 0; index < 3000; index++) logs.write('access', 'lb', `a${index}`)
    for (let index = 0; index < 30; index++)
      logs.writeAll('access', 'lb', ...bundle(...Array.from({ length: 50 }, (_, line) => `b${index * 50 + line}`)))
    logs.write('access', 'lb', 'last')
    const recent = logs.recent()
    expect(recent).toHaveLength(2000)
    expect(recent.at(-1)?.line).toBe('last')
    expect(recent.at(-2)?.line).toBe('b1499')
    expect(recent[0]?.line).toBe('a2501')
    expect(logs.recent(({ line }) => line.startsWith('b'))).toHaveLength(1500)
    await logs.close()
  })

  it('tell subscribers each line, until they stop', async () => {
    const seen: LogLine[] = []
    const stop = logs.subscribe(line => seen.push(line))
    logs.write('control', 'cloud', 'one')
    logs.writeAll('access', 'lb', ...bundle('two', 'three'))
    stop()
    logs.writeAll('access', 'lb', ...bundle('four'))
    expect(seen.map(({ kind, resource, line }) => [kind, resource, line])).toEqual([
      ['control', 'cloud', 'one'],
      ['access', 'lb', 'two'],
      ['access', 'lb', 'three'],
    ])
    await logs.close()
  })
})
