import { minutes, VirtualClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { doneWith, idleJob } from '../testing/jobs.ts'
import { KeptJobs } from './kept-jobs.ts'

async function setup(ended = 3) {
  const clock = new VirtualClock()
  const jobs = new KeptJobs(clock)
  const released: string[] = []
  const kept = Array.from({ length: ended }, () => {
    const job = idleJob(clock)
    jobs.keep(job, `key of ${job.id}`, 'content')
    job.finish(doneWith(1), () => released.push(job.id))
    return job
  })
  await Promise.all(kept.map(job => job.ended))
  return { clock, jobs, released, ids: kept.map(({ id }) => id) }
}

describe('jobs that are kept', () => {
  it('Q-02: are kept for ten minutes after their end, with their key', async () => {
    const { clock, jobs, released, ids } = await setup(1)
    const [id = ''] = ids
    await clock.advance(minutes(10) - 1)
    expect(jobs.finished(id).end?.kind).toBe('done')
    expect(jobs.repeated(`key of ${id}`, 'content')?.id).toBe(id)
    await clock.advance(1)
    expect(() => jobs.get(id)).toThrow('There is no such job')
    expect(jobs.repeated(`key of ${id}`, 'content')).toBeUndefined()
    expect(released).toEqual([id])
  })

  it('Q-02: make room by letting go of what was fetched first, then of the oldest', async () => {
    const { jobs, released, ids } = await setup(3)
    const [first = '', second = '', third = ''] = ids
    jobs.finished(second)
    expect([jobs.makeRoom(), jobs.makeRoom(), jobs.makeRoom(), jobs.makeRoom()]).toEqual([true, true, true, false])
    expect(released).toEqual([second, first, third])
    expect(jobs.get(first).state).toBe('failed')
    expect(() => jobs.finished(first)).toThrow('The result was deleted')
  })

  it('release the result of a job that was deleted before its end', async () => {
    const clock = new VirtualClock()
    const jobs = new KeptJobs(clock)
    const job = idleJob(clock)
    jobs.keep(job)
    jobs.delete(job.id)
    expect(job.signal.aborted).toBe(true)
    const released = new Promise<void>(resolve => job.finish(doneWith(1), resolve))
    await released
  })

  it('Q-02: keep the memory of a result while somebody reads it', async () => {
    const { jobs, released, ids } = await setup(1)
    const [id = ''] = ids
    const readers = [jobs.finished(id).read(), jobs.finished(id).read()]
    jobs.delete(id)
    readers[0]?.()
    expect(released).toEqual([])
    readers[1]?.()
    expect(released).toEqual([id])
  })

  it('refuse a key that was used with another picture', async () => {
    const { jobs, ids } = await setup(1)
    expect(() => jobs.repeated(`key of ${ids[0]}`, 'other')).toThrow('used with another picture')
  })
})
