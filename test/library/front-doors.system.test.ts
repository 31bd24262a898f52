import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { nodesOf } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled, run } from '../commands.ts'
import { call, json } from '../http.ts'
import { type RunningLibrary, startLibrary } from './running.ts'

interface Book {
  readonly id: number
  readonly title: string
  readonly available: boolean
  readonly borrowed_by_id: number | null
  readonly due_date: string | null
}

let library: RunningLibrary
beforeAll(async () => {
  library = await startLibrary()
})
afterAll(() => library.stop())

const portOf = (url: string) => Number(new URL(url).port)
const bucketName = () => {
  const [deployment] = nodesOf(library.architecture, 'bucketDeployment')
  return nodesOf(library.architecture, 'bucket').find(bucket => bucket.id === deployment?.destination)?.name ?? ''
}

describe('the API behind the load balancer', () => {
  it('L-04: runs the curl lines of the source document as written, with the HTTPS name for <URL>', async () => {
    const certificate = join(library.stateFolder, 'certificates', 'terrace-public.pem')
    const url = library.api.replace('http://', 'https://')
    const lines = [
      `curl -X POST ${url}/users/ -H "Content-Type: application/json" -d '{"name": "Alice"}'`,
      `curl -X POST ${url}/users/ -H "Content-Type: application/json" -d '{"name": "Bob"}'`,
      `curl ${url}/users/`,
      `curl -X POST ${url}/books/ -H "Content-Type: application/json" -d '{"title": "1984", "author": "George Orwell"}'`,
      `curl ${url}/books/`,
      `curl -X POST ${url}/books/1/borrow/2`,
      `curl -X POST ${url}/books/1/return/2`,
    ]
    const answers: unknown[] = []
    for (const line of lines) {
      const { out, errors, code } = await run('sh', ['-c', line.replace('curl ', 'curl -sS ')], {
        CURL_CA_BUNDLE: certificate,
      })
      expect({ line, code, errors }).toEqual({ line, code: 0, errors: '' })
      answers.push(JSON.parse(out))
    }
    expect(answers[0]).toMatchObject({ id: 1, name: 'Alice', total_fines: 0, borrowed_books: [] })
    expect(answers[2]).toHaveLength(2)
    expect(answers[3]).toMatchObject({
      id: 1,
      title: '1984',
      author: 'George Orwell',
      available: true,
      borrowed_by_id: null,
      due_date: null,
    })
    expect(answers[5]).toMatchObject({
      id: 1,
      available: false,
      borrowed_by_id: 2,
      due_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    })
    expect(answers[6]).toMatchObject({ id: 1, available: true, borrowed_by_id: null })
  })

  it('L-11: redirects the port that stands for 80 to the one that stands for 443', async () => {
    const { hostname } = new URL(library.api)
    const http = `http://${hostname}:${portOf(library.api) + 1}/books/?q=x`
    const { status, headers } = await call(http)
    expect({ status, location: headers.location }).toEqual({
      status: 301,
      location: `https://${hostname}:${portOf(library.api)}/books/?q=x`,
    })
  })

  it('L-11, L-13: spreads the requests over instances in both zones', async () => {
    for (let count = 0; count < 8; count++) expect((await call(`${library.api}/users/`)).status).toBe(200)
    const { tiers } = await library.cloud.status()
    expect(tiers[0]?.instances.map(({ zone, health }) => `${zone} ${health}`).sort()).toEqual([
      'us-east-1a healthy',
      'us-east-1b healthy',
    ])
    const targets = () =>
      library.cloud.logs.recent(line => line.kind === 'access').map(({ line }) => line.split(' ')[4])
    while (new Set(targets().filter(target => target?.endsWith(':8000'))).size < 2) {
      await call(`${library.api}/users/`)
    }
  })

  it('L-17: answers the site of this system across origins, and no other', async () => {
    const preflight = (origin: string) =>
      call(`${library.api}/books/`, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      })
    expect((await preflight(library.site)).headers['access-control-allow-origin']).toBe(library.site)
    expect((await preflight('http://evil.localhost:1')).headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('L-10: shows a certificate for the apex and the wildcard, signed by the local public authority', async () => {
    const ca = readFileSync(join(library.stateFolder, 'certificates', 'terrace-public.pem'))
    for (const servername of ['library.localhost', 'app.library.localhost']) {
      const names = await new Promise<string | undefined>((resolve, reject) => {
        const socket = connectTls({ host: '127.0.0.1', port: portOf(library.api), servername, ca }, () => {
          resolve(socket.getPeerCertificate().subjectaltname)
          socket.end()
        })
        socket.on('error', reject)
      })
      expect(names).toBe('DNS:library.localhost, DNS:*.library.localhost')
    }
  })
})

describe('the site behind the CDN', () => {
  it('L-16: answers at / and /index.html, at the apex and at the distribution’s own name', async () => {
    const [distribution] = nodesOf(library.architecture, 'distribution')
    const own = `http://${distribution?.domainName}:${portOf(library.site)}`
    for (const url of [`${library.site}/`, `${library.site}/index.html`, `${own}/`, `${own}/index.html`]) {
      const { status, headers, body } = await call(url)
      expect({ url, status, type: headers['content-type'] }).toEqual({
        url,
        status: 200,
        type: expect.stringContaining('text/html'),
      })
      expect(body).toContain('<div id="root">')
    }
  })

  it('L-16: redirects viewers from the port that stands for 80', async () => {
    const { hostname } = new URL(library.site)
    const { status, headers } = await call(`http://${hostname}:${portOf(library.site) + 1}/`)
    expect({ status, location: headers.location }).toEqual({
      status: 301,
      location: `https://${hostname}:${portOf(library.site)}/`,
    })
  })

  it('L-16: caches what may be cached', async () => {
    const { body } = await call(`${library.site}/`)
    const asset = /(?:src|href)="(\/assets\/[^"]+)"/.exec(body)?.[1]
    await call(`${library.site}${asset}`)
    expect((await call(`${library.site}${asset}`)).headers['x-cache']).toBe('Hit from cloudfront')
  })

  it('L-15, L-16: has a bucket that answers 403 to everybody but the distribution', async () => {
    for (const path of ['', '/index.html', '/no-such-thing']) {
      const { status, body } = await call(`${library.cloud.urls.aws}/${bucketName()}${path}`)
      expect({ path, status, denied: body.includes('<Code>AccessDenied</Code>') }).toEqual({
        path,
        status: 403,
        denied: true,
      })
    }
  })

  it('L-17: tells the site where the API is, when it is opened under another name', async () => {
    const { apiUrl } = await json<{ apiUrl: string }>(`${library.site}/config.json`)
    expect(apiUrl).toBe(library.api.replace('http://', 'https://'))
  })
})

describe.skipIf(!isInstalled('aws'))('the AWS CLI (skipped where it is not installed)', () => {
  const aws = (...words: string[]) =>
    run('aws', ['--endpoint-url', library.cloud.urls.aws ?? '', ...words], {
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_DEFAULT_REGION: 'us-east-1',
    })

  it('L-15: lists the bucket and its objects', async () => {
    const buckets = await aws('s3', 'ls')
    expect(buckets).toMatchObject({ code: 0, out: expect.stringContaining(bucketName()) })
    const objects = await aws('s3', 'ls', '--recursive', `s3://${bucketName()}`)
    expect(objects.out).toMatch(/ index\.html\n/)
  })

  it('L-09: reads the generated credentials of the database as the account’s administrator', async () => {
    const [secret] = nodesOf(library.architecture, 'secret')
    const { code, out } = await aws(
      'secretsmanager',
      'get-secret-value',
      '--secret-id',
      secret?.arn ?? '',
      '--query',
      'SecretString',
      '--output',
      'text',
    )
    expect(code).toBe(0)
    const value = JSON.parse(out)
    expect(value).toMatchObject({ host: expect.stringContaining('.rds.'), port: 3306, dbname: 'mydb' })
    expect(value.password.length).toBeGreaterThanOrEqual(16)
  })

  it('L-13: shows the Auto Scaling group', async () => {
    const { code, out } = await aws('autoscaling', 'describe-auto-scaling-groups', '--output', 'json')
    expect(code).toBe(0)
    expect(JSON.parse(out).AutoScalingGroups[0]).toMatchObject({
      MinSize: 2,
      DesiredCapacity: 2,
      MaxSize: 3,
      HealthCheckType: 'ELB',
    })
  })
})

describe('bad input through the whole path', () => {
  it.each([
    ['malformed JSON', '{"name": ', 400],
    ['an empty name', { name: '' }, 422],
    ['a name of the wrong type', { name: 7 }, 422],
    ['a name that is too long', { name: 'x'.repeat(256) }, 422],
    ['a body of a megabyte', { name: 'x'.repeat(1_000_000) }, 413],
  ])('L-01: refuses %s and stores nothing', async (_, body, status) => {
    const before = (await json<unknown[]>(`${library.api}/users/`)).length
    const answer = await call(`${library.api}/users/`, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json' },
    })
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body).detail).toEqual(expect.any(String))
    expect(await json<unknown[]>(`${library.api}/users/`)).toHaveLength(before)
  })

  it('L-01: tells a client that is still sending, every time', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(1_000_000) })
    const headers = { 'Content-Type': 'application/json' }
    for (let count = 0; count < 40; count++) {
      expect((await call(`${library.api}/users/`, { method: 'POST', body, headers })).status).toBe(413)
    }
  })

  it('L-02: keeps SQL and HTML in a title as text', async () => {
    const title = `<b>Robert'); DROP TABLE books;--</b>`
    const answer = await call(`${library.api}/books/`, { method: 'POST', body: { title, author: 'x' } })
    const { id } = JSON.parse(answer.body) as Book
    expect(await json<Book>(`${library.api}/books/${id}`)).toMatchObject({ title })
  })
})
