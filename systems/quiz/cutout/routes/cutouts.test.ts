import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { BroadcastChannel } from 'node:worker_threads'
import { seconds } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { sharp } from '../pictures/sharp.ts'
import { BEGUN, type Behaviour, GATE } from '../testing/colours.ts'
import { documentOf, own, png, rgbaOf, startTestCutout, type TestCutout } from '../testing/running-cutout.ts'

const PREFER = { prefer: 'respond-async' }

let cutout: TestCutout | undefined
afterEach(async () => {
  openGate()
  await cutout?.[Symbol.asyncDispose]()
  cutout = undefined
})
const start = async (...options: Parameters<typeof startTestCutout>): Promise<TestCutout> => {
  cutout = await startTestCutout(...options)
  return cutout
}

function openGate(): void {
  const gate = new BroadcastChannel(GATE)
  gate.postMessage('open')
  gate.close()
}

/** Sends a picture that stays with the worker until the gate opens or it is cancelled, and waits until it is there. */
async function occupy({ post, url }: TestCutout, behaviour: 'gated' | 'blocking' = 'gated') {
  const job = await documentOf(await post(await png(behaviour), PREFER))
  await until(async () => (await documentOf(await fetch(`${url}/cutout/${job.id}`))).progress > 0.1)
  return job
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

interface Health {
  readonly queued: number
  readonly working: number
}

const health = async ({ url }: TestCutout): Promise<Health> =>
  (await (await fetch(`${url}/healthcheck`)).json()) as Health

/** Resolves when a worker has begun with such a picture. */
async function begun(behaviour: Behaviour): Promise<void> {
  const channel = new BroadcastChannel(BEGUN)
  await new Promise<void>(resolve => {
    channel.onmessage = message => {
      if ((message as MessageEvent).data === behaviour) resolve()
    }
  })
  channel.close()
}

describe('POST /cutout', () => {
  it('Q-02: answers with a PNG of the same size whose background is transparent', async () => {
    const { post } = await start()
    const answer = await post(await png('plain', 10, 6), { 'content-type': 'image/png' })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(answer.headers.get('x-confidence')).toBe('0.875')
    expect(Number(answer.headers.get('x-duration-ms'))).toBeGreaterThanOrEqual(0)
    const { data, info } = await rgbaOf(answer)
    expect(info).toMatchObject({ width: 10, height: 6, channels: 4 })
    expect([...data.subarray(0, 4), data[9 * 4 + 3]]).toEqual([0x80, 0x40, 0x20, 255, 0])
  })

  it('Q-02: applies the orientation of a JPEG', async () => {
    const { post } = await start()
    const jpeg = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#888' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const { info } = await rgbaOf(await post(own(jpeg)))
    expect([info.width, info.height]).toEqual([20, 30])
  })

  it('Q-02: leaves a picture without a subject whole, with low confidence', async () => {
    const { post } = await start()
    const answer = await post(await png('nothing'))
    expect(Number(answer.headers.get('x-confidence'))).toBeLessThan(0.2)
    const { data } = await rgbaOf(answer)
    expect(data.every((value, at) => at % 4 !== 3 || value === 255)).toBe(true)
  })

  it('takes the field picture of a form', async () => {
    const { post } = await start()
    const form = new FormData()
    form.set('note', 'a\r\n\r\nb')
    form.set('picture', new Blob([await png('plain', 12, 3)]), 'cat.png')
    const { info } = await rgbaOf(await post(form))
    expect([info.width, info.height]).toEqual([12, 3])
    const other = new FormData()
    other.set('image', new Blob([await png('plain')]))
    const refused = await post(other)
    expect([refused.status, (await documentOf(refused)).detail]).toEqual([400, 'The form has no field picture'])
  })

  it('Q-02: refuses with 429 and a time when its queue is full, and works on the others', async () => {
    const running = await start()
    const { post } = running
    await occupy(running)
    const waiting = [post(await png('plain')), post(await png('plain'))]
    await until(async () => (await health(running)).queued === 2)
    const refused = await post(await png('plain'))
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(await refused.json()).toMatchObject({ title: 'Too Many Requests', status: 429 })
    openGate()
    expect(await Promise.all(waiting.map(async one => (await one).status))).toEqual([200, 200])
  })

  it('Q-02: removes the job of a client that hung up while it waited', async () => {
    const running = await start()
    await occupy(running)
    const gone = new AbortController()
    const waiting = running.post(await png('plain'), {}, gone.signal).catch(error => error.name)
    await until(async () => (await health(running)).queued === 1)
    gone.abort()
    expect(await waiting).toBe('AbortError')
    await until(async () => (await health(running)).queued === 0)
    expect(await health(running)).toMatchObject({ working: 1 })
  })

  it.each(['blocking', 'hang'] as const)(
    'Q-02: frees the worker of a client that hung up, when its picture is %s',
    async behaviour => {
      const running = await start()
      const gone = new AbortController()
      const working = begun(behaviour)
      const lost = running.post(await png(behaviour), {}, gone.signal).catch(error => error.name)
      await working
      const before = performance.now()
      gone.abort()
      expect(await lost).toBe('AbortError')
      await until(async () => (await health(running)).working === 0)
      expect(performance.now() - before).toBeLessThan(500)
      expect((await running.post(await png('plain'))).status).toBe(200)
      if (behaviour === 'hang') await running.log.next('a worker is replaced')
      const replaced = running.log.lines.some(({ message }) => message === 'a worker is replaced')
      expect(replaced).toBe(behaviour === 'hang')
    },
  )

  it('replaces a worker that crashes: its picture gets 500, the next one 200', async () => {
    const { post, log } = await start()
    const [crashed, next] = await Promise.all([post(await png('crash')), post(await png('plain'))])
    expect([crashed.status, next.status]).toEqual([500, 200])
    expect(await log.next('a worker is replaced')).toMatchObject({ level: 'warn' })
    expect((await post(await png('plain'))).status).toBe(200)
  })

  it('answers 500 without the reason when the segmenter fails, logs it, and replaces the worker', async () => {
    const { post, log } = await start()
    const failed = await post(await png('throw'))
    expect([failed.status, (await documentOf(failed)).detail]).toEqual([
      500,
      'The picture could not be worked on; this is logged',
    ])
    expect((await log.next('a picture could not be worked on')).error).toContain('the segmenter is broken')
    // It may be in any state now.
    await log.next('a worker is replaced')
    expect((await post(await png('plain'))).status).toBe(200)
  })

  it('gives up a picture that takes too long with 422, and replaces its worker', async () => {
    const { post } = await start({ timeLimit: seconds(1) })
    const [hung, next] = await Promise.all([post(await png('hang')), post(await png('plain'))])
    expect([hung.status, next.status]).toEqual([422, 200])
    expect((await documentOf(hung)).detail).toMatch(/took longer than 1\S* s and was given up/)
  })

  it('Q-02: works on one large picture at a time, and lets small ones pass those that wait', async () => {
    const running = await start({ environment: { CUTOUT_WORKERS: '2', CUTOUT_QUEUE: '8' } })
    const { post } = running
    const working = begun('gated')
    const first = post(await png('gated', 2100, 2000))
    await working
    const second = post(await png('plain', 2100, 2000))
    await until(async () => (await health(running)).queued === 1)
    expect((await post(await png('plain'))).status).toBe(200)
    expect(await health(running)).toMatchObject({ working: 1, queued: 1 })
    openGate()
    expect([(await first).status, (await second).status]).toEqual([200, 200])
  })

  it('counts the bytes of all uploads together, whatever their number', async () => {
    const running = await start()
    await occupy(running)
    const { hostname, port } = new URL(running.url)
    const bytes = Buffer.alloc(30 * 1024 * 1024)
    const send = async (missing: number): Promise<Socket> => {
      const socket = connect({ host: hostname, port: Number(port) }).on('error', () => {})
      await once(socket, 'connect')
      socket.write(`POST /cutout HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytes.length + missing}\r\n\r\n`)
      await new Promise<void>(resolve => socket.write(bytes, () => resolve()))
      return socket
    }
    const waiting = [await send(1), await send(1)]
    const last = await send(0)
    const [answer] = await once(last, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1.1 429 /)
    expect(String(answer)).toMatch(/\r\nretry-after: \d+\r\n/i)
    for (const socket of [...waiting, last]) socket.destroy()
    // What they held is free again.
    await until(async () => (await running.post(await png('plain'), PREFER)).status === 202)
  })
})

describe('jobs', () => {
  it('Q-02: tell their progress, then the result, until they are deleted', async () => {
    const running = await start()
    const { url } = running
    const job = await occupy(running)
    expect(await documentOf(await fetch(`${url}/cutout/${job.id}`))).toMatchObject({ id: job.id, state: 'working' })
    expect((await fetch(`${url}/cutout/${job.id}/result`)).status).toBe(409)
    const accepted = await running.post(await png('plain', 9, 5), { prefer: 'wait=1, Respond-Async' })
    expect([accepted.status, accepted.headers.get('preference-applied')]).toEqual([202, 'respond-async'])
    const location = `${url}${accepted.headers.get('location')}`
    expect(await documentOf(await fetch(location))).toMatchObject({ state: 'queued', progress: 0, width: 9, height: 5 })
    openGate()
    await until(async () => (await documentOf(await fetch(location))).state === 'done')
    expect(await documentOf(await fetch(location))).toMatchObject({ progress: 1, confidence: 0.875 })
    for (let round = 0; round < 2; round++)
      expect((await rgbaOf(await fetch(`${location}/result`))).info).toMatchObject({ width: 9, height: 5 })
    expect((await fetch(location, { method: 'DELETE' })).status).toBe(204)
    expect((await fetch(location)).status).toBe(404)
  })

  it('free their worker when they are deleted', async () => {
    const running = await start()
    const job = await occupy(running, 'blocking')
    expect((await fetch(`${running.url}/cutout/${job.id}`, { method: 'DELETE' })).status).toBe(204)
    await until(async () => (await health(running)).working === 0)
  })

  it('that failed say why, in their description and instead of their result', async () => {
    const { post, url } = await start()
    const { id } = await documentOf(await post(await png('throw'), PREFER))
    await until(async () => (await documentOf(await fetch(`${url}/cutout/${id}`))).state === 'failed')
    expect((await documentOf(await fetch(`${url}/cutout/${id}`))).problem).toMatchObject({ status: 500 })
    expect((await fetch(`${url}/cutout/${id}/result`)).status).toBe(500)
  })

  it('are made once for one Idempotency-Key', async () => {
    const { post } = await start()
    const headers = { ...PREFER, 'idempotency-key': 'one' }
    const [first, again] = [await post(await png('plain'), headers), await post(await png('plain'), headers)]
    expect((await documentOf(again)).id).toBe((await documentOf(first)).id)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect((await post(await png('nothing'), headers)).status).toBe(422)
  })
})

describe('health', () => {
  it('Q-02: is answered at once while every worker is blocked and the queue is full', async () => {
    const running = await start()
    const job = await occupy(running, 'blocking')
    await running.post(await png('plain'), PREFER)
    await running.post(await png('plain'), PREFER)
    const before = performance.now()
    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(`${running.url}/healthcheck`)))
    expect(performance.now() - before).toBeLessThan(1000)
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(await health(running)).toEqual({ status: 'ready', workers: 1, working: 1, queued: 2 })
    await fetch(`${running.url}/cutout/${job.id}`, { method: 'DELETE' })
  })

  it('is off while it stops; what is under way is finished', async () => {
    const running = await start()
    const sent = running.post(await png('gated'))
    await until(async () => (await health(running)).working === 1)
    const { hostname, port } = new URL(running.url)
    const socket = connect({ host: hostname, port: Number(port) })
    await once(socket, 'connect')
    socket.write('GET /cutout/none HTTP/1.1\r\nhost: x\r\n\r\n')
    await once(socket, 'data')
    const stopped = running.service.stop()
    openGate()
    expect((await sent).status).toBe(200)
    await stopped
    await expect(fetch(`${running.url}/livez`)).rejects.toThrow()
    expect(running.log.lines.at(-1)?.message).toBe('stopped')
  })
})
