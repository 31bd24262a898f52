import { days, hours, systemClock } from '@terrace/kit'
import sharp, { type SharpOptions } from 'sharp'
import { expect, it } from 'vitest'
import { Bucket } from '../aws/bucket.ts'
import { cleanUp } from '../jobs/cleaning.ts'
import type { Client } from '../testing/client.ts'
import { makeQuiz } from '../testing/quizzes.ts'
import { describeSite, type RunningSite } from '../testing/running-site.ts'
import { BUCKET } from '../testing/stand-in-aws.ts'
import { cutOut, refuse } from '../testing/stand-in-cutout.ts'

const plain = (width = 40, height = 20, channels: 3 | 4 = 3) =>
  sharp({ create: { width, height, channels, background: { r: 10, g: 120, b: 200, alpha: 0.5 } } })

const untilState = (site: RunningSite, client: Client, id: string, state: string) =>
  site.until(
    async () => (await client.get(`/api/pictures/${id}`)).body,
    picture => picture.state === state,
  )

const inFuture = (span: number) => new Date(systemClock.now() + span).toISOString()

describeSite('pictures', start => {
  it('Q-01: a picture is stored upright, without metadata, under a name of its own, to be kept for ever', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    const file = await plain()
      .jpeg()
      .withMetadata({ orientation: 6, exif: { IFD0: { Copyright: 'SECRET PLACE' } } })
      .toBuffer()
    expect(file.includes('SECRET PLACE')).toBe(true)
    const { status, body } = await client.upload(file)
    expect([status, body]).toEqual([
      202,
      {
        id: expect.stringMatching(/^[a-z0-9]{16}$/),
        state: 'stored',
        url: `/media/${body.id}.jpg`,
        cutoutUrl: null,
        busy: false,
        reason: null,
      },
    ])
    const kept = site.aws.objects.get(`media/${body.id}.jpg`)
    expect(kept?.cacheControl).toBe('public, max-age=31536000, immutable')
    expect(kept?.body.includes('SECRET PLACE')).toBe(false)
    const { width, height, format, exif } = await sharp(kept?.body).metadata()
    expect({ width, height, format, exif }).toEqual({ width: 20, height: 40, format: 'jpeg', exif: undefined })
    expect([...site.aws.objects.keys()]).toEqual([`media/${body.id}.jpg`])
    expect((await client.get(`/api/pictures/${body.id}`)).body).toEqual(body)
  })

  it('Q-01: what is large is made smaller, what is transparent stays so', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    const { body } = await client.upload(await plain(3000, 1000, 4).png().toBuffer(), '', {
      'content-type': 'image/png',
    })
    const { width, height, format, hasAlpha } = await sharp(
      site.aws.objects.get(`media/${body.id}.webp`)?.body,
    ).metadata()
    expect({ width, height, format, hasAlpha }).toEqual({ width: 2048, height: 683, format: 'webp', hasAlpha: true })
  })

  it('Q-01: a picture is judged by its content, whatever it is called', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    const png = await plain().png().toBuffer()
    expect((await client.upload(png, '', { 'content-type': 'image/jpeg' })).status).toBe(202)
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
    )
    const html = Buffer.from('<html><script>alert(1)</script></html>')
    const gif = await plain().gif().toBuffer()
    for (const file of [svg, html, gif, Buffer.from('x')])
      expect((await client.upload(file, '', { 'content-type': 'image/png' })).status).toBe(415)
    const named = await client.upload(svg, '', { 'content-type': 'image/svg+xml' })
    expect([named.status, named.body.detail]).toEqual([
      415,
      'The body must be the picture itself (Content-Type: image/jpeg, image/png, image/webp)',
    ])
  })

  it('Q-01: damaged, empty, bombs and oversized files are refused, and nothing is stored', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    const noise = await sharp({
      create: { width: 400, height: 400, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 60 } },
    } as SharpOptions)
      .jpeg()
      .toBuffer()
    const half = await client.upload(noise.subarray(0, noise.length / 2))
    expect([half.status, half.body.detail]).toEqual([422, expect.stringContaining('the picture is damaged')])
    const bomb = await plain(8000, 8000).png().toBuffer()
    const bombed = await client.upload(bomb)
    expect([bombed.status, bombed.body.detail]).toEqual([422, 'the picture may have at most 20 megapixels, it has 64'])
    expect((await client.upload(Buffer.alloc(0))).status).toBe(422)
    expect((await client.upload(Buffer.alloc(20 * 1024 * 1024 + 1))).status).toBe(413)
    expect((await site.visitor().upload(noise)).status).toBe(401)
    expect(site.aws.objects.size).toBe(0)
  })

  it('Q-02: the cut-out is made by the removal tier from the original, and the original goes', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    const file = await plain(2500, 30).jpeg().toBuffer()
    const { body } = await client.upload(file, '?cutout=true')
    expect(['queued', 'working', 'ready']).toContain(body.state)
    const ready = await untilState(site, client, body.id, 'ready')
    expect(ready).toMatchObject({ cutoutUrl: `/media/${body.id}-cutout.png`, busy: false })
    expect(site.cutout.received[0]?.equals(file)).toBe(true)
    const { format, hasAlpha, width } = await sharp(
      site.aws.objects.get(`media/${body.id}-cutout.png`)?.body,
    ).metadata()
    expect({ format, hasAlpha, width }).toEqual({ format: 'png', hasAlpha: true, width: 2048 })
    await site.until(
      async () => [...site.aws.objects.keys()],
      keys => keys.every(key => key.startsWith('media/')),
    )
  })

  it('Q-02: eight pictures at a time go to the tier, whoever uploads how many', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    const file = await plain().jpeg().toBuffer()
    const open = Promise.withResolvers<void>()
    site.cutout.behave = async (...asked) => {
      await open.promise
      await cutOut(...asked)
    }
    const five = () => Promise.all(Array.from({ length: 5 }, () => client.upload(file, '?cutout=true')))
    const uploads = [...(await five()), ...(await five())]
    await site.cutout.untilReceived(8)
    expect((await client.get('/api/status')).body.cutout).toMatchObject({ state: 'open', queued: 10 })
    open.resolve()
    for (const { body } of uploads) await untilState(site, client, body.id, 'ready')
    expect([site.cutout.received.length, site.cutout.mostAtOnce]).toEqual([10, 8])
  })

  it('Q-13: while the gate is restricted pictures wait, and are finished once it is open', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    const until = inFuture(hours(0.1))
    site.aws.gate = JSON.stringify({ state: 'restricted', until, reason: 'the group is scaling' })
    await site.log.next('the removal tier is restricted')
    const { body } = await client.upload(await plain().jpeg().toBuffer(), '?cutout=true')
    expect(body).toMatchObject({ state: 'queued', busy: true })
    expect((await site.visitor().get('/api/status')).body).toEqual({ cutout: { state: 'busy', queued: 1, until } })
    expect(site.cutout.received).toHaveLength(0)
    site.aws.gate = JSON.stringify({ state: 'open' })
    expect(await untilState(site, client, body.id, 'ready')).toMatchObject({ busy: false })
    expect((await site.visitor().get('/api/status')).body).toEqual({
      cutout: { state: 'open', queued: 0, until: null },
    })
  })

  it.each([
    ['is past', { state: 'restricted', until: '2026-01-01T00:00:00Z' }],
    ['has no end', { state: 'restricted' }],
    ['is no gate', ['nonsense']],
  ])('Q-13: a restriction that %s counts for nothing', async (_title, gate) => {
    await using site = await start()
    site.aws.gate = JSON.stringify(gate)
    const client = await site.visitor().join('alice')
    const { body } = await client.upload(await plain().jpeg().toBuffer(), '?cutout=true')
    await untilState(site, client, body.id, 'ready')
  })

  it('Q-13: a tier that is full says when to come again, and the picture is finished then', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    site.cutout.behave = refuse(429, 'full', { 'retry-after': '1' })
    const { body } = await client.upload(await plain().jpeg().toBuffer(), '?cutout=true')
    await site.until(
      async () => (await client.get(`/api/pictures/${body.id}`)).body,
      picture => picture.state === 'queued' && picture.busy,
    )
    site.cutout.behave = cutOut
    await untilState(site, client, body.id, 'ready')
    expect(site.cutout.received.length).toBe(2)
  })

  it('Q-13: a tier that is away leaves the picture queued and busy, and the site well', async () => {
    await using site = await start()
    await site.cutout[Symbol.asyncDispose]()
    const client = await site.visitor().join('alice')
    const { body } = await client.upload(await plain().jpeg().toBuffer(), '?cutout=true')
    await site.until(
      async () => (await client.get(`/api/pictures/${body.id}`)).body,
      picture => picture.state === 'queued' && picture.busy,
    )
    expect((await site.visitor().get('/readyz')).status).toBe(200)
  })

  it('Q-02: a picture that can never be cut out fails with the reason, in words', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    site.cutout.behave = refuse(422, 'The picture has no subject')
    const { body } = await client.upload(await plain().jpeg().toBuffer(), '?cutout=true')
    const failed = await untilState(site, client, body.id, 'failed')
    expect(failed).toMatchObject({ reason: 'The picture has no subject', cutoutUrl: null, url: body.url })
    expect(site.cutout.received).toHaveLength(1)
  })

  it('Q-02: what the tier fails at is tried again, and given up after several tries', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    site.cutout.behave = refuse(500, 'broken')
    const { body } = await client.upload(await plain().jpeg().toBuffer(), '?cutout=true')
    // Saves the test the growing delays between the tries.
    await site.until(
      async () => {
        await site.database.db.executeQuery(soon)
        return (await client.get(`/api/pictures/${body.id}`)).body
      },
      picture => picture.state === 'failed',
    )
    expect(site.cutout.received).toHaveLength(6)
    expect((await client.get(`/api/pictures/${body.id}`)).body.reason).toContain('after several tries')
  }, 60_000)

  it('Q-02: a job whose process died is done by another, and one that is done twice changes nothing', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    const { body } = await client.upload(await plain().jpeg().toBuffer(), '?cutout=true')
    await untilState(site, client, body.id, 'ready')
    const before = site.aws.objects.get(`media/${body.id}-cutout.png`)
    await site.database.db.executeQuery(again)
    await site.until(
      async () => (await site.database.db.executeQuery(unfinished)).rows,
      rows => rows.length === 0,
    )
    expect(site.cutout.received).toHaveLength(1)
    expect(site.aws.objects.get(`media/${body.id}-cutout.png`)).toBe(before)
  }, 60_000)

  it('Q-01: the same Idempotency-Key is the same picture, and its cut-out is ordered once', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    const file = await plain().jpeg().toBuffer()
    const key = { 'idempotency-key': 'a' }
    const [one, two] = await Promise.all([
      client.upload(file, '?cutout=true', key),
      client.upload(file, '?cutout=true', key),
    ])
    expect(two.body.id).toBe(one.body.id)
    await untilState(site, client, one.body.id, 'ready')
    expect(site.cutout.received).toHaveLength(1)
    const other = await (await site.visitor().join('bob')).upload(file, '', key)
    expect(other.body.id).not.toBe(one.body.id)
  })

  it('Q-01: an upload beyond six at once is refused before its body, with the time to come again; nothing is lost', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    const file = await plain().jpeg().toBuffer()
    const answers = await Promise.all(Array.from({ length: 24 }, () => client.upload(file, '?cutout=true')))
    const accepted = answers.filter(({ status }) => status === 202)
    const refused = answers.filter(({ status }) => status === 503)
    expect(accepted.length + refused.length).toBe(24)
    expect(accepted.length).toBeGreaterThanOrEqual(6)
    expect(refused.length).toBeGreaterThan(0)
    for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    for (const { body } of accepted) await untilState(site, client, body.id, 'ready')
    expect((await client.upload(file, '?cutout=true')).status).toBe(202)
  })

  it('Q-01: when the bucket is away an upload says so and can be repeated', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    const file = await plain().jpeg().toBuffer()
    const key = { 'idempotency-key': 'a' }
    site.aws.bucketIsAway = true
    expect((await client.upload(file, '', key)).status).toBe(503)
    site.aws.bucketIsAway = false
    expect((await client.upload(file, '', key)).body.state).toBe('stored')
  })

  it('Q-01: pictures that no question shows go after a day, those of deleted quizzes with them', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    const file = await plain().jpeg().toBuffer()
    const upload = async () => (await client.upload(file)).body.id as string
    const [used, copied, unused] = [await upload(), await upload(), await upload()]
    const quizId = await makeQuiz(client, [{ kind: 'text', text: 'What is it?', answers: ['x'], pictureId: used }])
    const other = await makeQuiz(client, [{ kind: 'text', text: 'And this?', answers: ['x'], pictureId: copied }])
    await client.post(`/api/quizzes/${other}/copy`)
    await client.delete(`/api/quizzes/${quizId}`)
    await client.delete(`/api/quizzes/${other}`)
    const bucket = new Bucket(BUCKET)
    const left = async (span: number) => {
      site.travel(span)
      await cleanUp(site.database, bucket)
      return [...site.aws.objects.keys()].sort()
    }
    expect(await left(days(2))).toEqual([`media/${used}.jpg`, `media/${copied}.jpg`].sort())
    expect(await left(days(29))).toEqual([`media/${copied}.jpg`])
    bucket.close()
    expect((await client.logIn('alice')).status).toBe(201)
    expect((await client.get(`/api/pictures/${unused}`)).status).toBe(404)
    expect((await client.post(`/api/quizzes/${quizId}/restore`)).status).toBe(404)
  })

  it('Q-01: another author’s picture is not found, and can’t be put into a question', async () => {
    await using site = await start()
    const alice = await site.visitor().join('alice')
    const bob = await site.visitor().join('bob')
    const { body } = await alice.upload(await plain().jpeg().toBuffer())
    expect((await bob.get(`/api/pictures/${body.id}`)).status).toBe(404)
    const { body: quiz } = await bob.post('/api/quizzes', { title: 'Mine' })
    const taken = await bob.post(`/api/quizzes/${quiz.id}/questions`, { kind: 'one', text: 'x', pictureId: body.id })
    expect([taken.status, taken.body.errors]).toEqual([
      422,
      [{ path: 'pictureId', message: 'there is no such picture; upload it again' }],
    ])
  })
})

const raw = (text: string) => ({
  sql: text,
  parameters: [],
  query: { kind: 'RawNode' as const, sqlFragments: [text], parameters: [] },
  queryId: { queryId: 'test' },
})

const soon = raw("update jobs.job set start_after = now() where name = 'cutouts' and state = 'retry'")
const unfinished = raw("select id from jobs.job where name = 'cutouts' and state <> 'completed'")
// As if its process had died after its work: with the job still open, and without a heartbeat for a minute.
const again = raw(
  "update jobs.job set state = 'active', completed_on = null, heartbeat_on = now() - interval '1 minute' where name = 'cutouts'",
)
