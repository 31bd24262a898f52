import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { systemClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { readPs, takeUsage, UsageMeter } from './usage.ts'

describe('the use of processes', () => {
  it('is measured from the processes themselves', async () => {
    const busy = spawn(
      process.execPath,
      ['-e', 'console.log("on"); for (const end = Date.now() + 15_000; Date.now() < end; ) {}'],
      {
        detached: true,
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    try {
      await once(busy.stdout, 'data')
      const pid = busy.pid ?? 0
      const meter = new UsageMeter()
      const take = async () => meter.take(await takeUsage(new Set([pid]), systemClock), [pid])
      expect((await take()).elapsedSeconds).toBe(0)
      let cpuSeconds = 0
      let elapsedSeconds = 0
      while (cpuSeconds < 0.05) {
        const used = await take()
        cpuSeconds += used.cpuSeconds
        elapsedSeconds += used.elapsedSeconds
        expect(used.residentBytes).toBeGreaterThan(10_000_000)
      }
      expect(elapsedSeconds).toBeGreaterThan(0)
    } finally {
      busy.kill('SIGKILL')
      await once(busy, 'close')
    }
  })

  it('is that of what they started, too, also in groups of their own', async () => {
    const child = "console.log('on'); const held = Buffer.alloc(64 << 20, 1); setInterval(() => held.length, 1000)"
    const parent = `const { spawn } = require('node:child_process')
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
      child.stdout.once('data', () => console.log(child.pid))
      process.on('SIGTERM', () => child.kill('SIGKILL') && process.exit())
      setInterval(() => {}, 1000)`
    const started = spawn(process.execPath, ['-e', parent], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      await once(started.stdout, 'data')
      const pid = started.pid ?? 0
      const used = async () => (await takeUsage(new Set([pid]), systemClock)).groups.get(pid)?.residentBytes
      await expect.poll(used, { timeout: 10_000 }).toBeGreaterThan(130_000_000)
    } finally {
      started.kill('SIGTERM')
      await once(started, 'close')
    }
  })

  it('of nobody is nothing', async () => {
    const { groups } = await takeUsage(new Set(), systemClock)
    expect(new UsageMeter().take({ at: 0, groups }, [4711])).toEqual({
      cpuSeconds: 0,
      elapsedSeconds: 0,
      residentBytes: 0,
    })
  })

  it('is read from ps elsewhere', () => {
    expect(readPs('  501 1 501   1:02.50  4096\n  503 501 502 1-00:00:01 8\n')).toEqual([
      { pid: 501, parent: 1, group: 501, cpuSeconds: 62.5, residentBytes: 4_194_304 },
      { pid: 503, parent: 501, group: 502, cpuSeconds: 86_401, residentBytes: 8192 },
    ])
  })
})
